import { deepEqual, equal } from 'node:assert/strict'
import { parseWhere } from '@agentmem/core'
import type { DeleteAllOptions, Key, Patch, Query, Scope, Store, StoredRecord, Where } from '@agentmem/core'
import { casesOf } from '../case.ts'
import type { Case } from '../case.ts'
import { keyOf, orgId, storedRecord, storedRecords, withoutVector } from '../records.ts'
import { assertRejects } from '../rejections.ts'
import { assertUnchanged, readAll, stateOf } from './reading.ts'
import { wrongFields, wrongTexts, wrongVectors } from './wrong-values.ts'
import type { WrongValues } from './wrong-values.ts'

/** Runs `check` with a refusal test, and fails if any call that was refused has written something. */
async function refusing(
  store: Store,
  check: (refuse: (name: string, call: () => Promise<unknown>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const kept = storedRecords(3)
  await store.put(kept)
  const before = await stateOf(store)
  await check((name, call) => assertRejects('INVALID_ARGUMENT', name, call))
  await assertUnchanged(store, before)
  deepEqual(await store.get(kept.map(keyOf)), kept.map(withoutVector))
}

const wrongScopes: WrongValues = {
  'no organization': { userId: 'alice' },
  'an empty organization': { orgId: '' },
  'an empty user': { orgId, userId: '' },
  'null for a user': { orgId, userId: null },
  'NUL in a user': { orgId, userId: 'a\0' },
  'an unknown part': { orgId, sessionId: 's' },
  'a text': 'acme',
  nothing: undefined,
}

const wrongFilters: Readonly<Record<string, unknown>> = {
  'an unknown operator': { type: { like: 'x' } },
  'a MongoDB operator': { type: { $ne: 'x' } },
  'an unknown field': { vector: 1 },
  'a field of SQL': { '1=1; --': 1 },
  'a path with a quote': { "metadata.a'b": 1 },
  'a path with a bracket': { 'metadata.a[0]': 1 },
  'a path without a key': { 'metadata.': 1 },
  'metadata as a whole': { metadata: 1 },
  'the path __proto__': { 'metadata.__proto__': 1 },
  'the path constructor': { 'metadata.constructor.name': 1 },
  NaN: { importance: { gt: NaN } },
  'a text for a number': { importance: '1' },
  'a list without in': { type: ['a'] },
  'an object to compare with': { 'metadata.k': { eq: {} } },
  'an empty or': { or: [] },
  'an or that is no list': { or: { type: 'a' } },
  'a text with NUL': { type: 'a\0' },
  'a lone surrogate': { 'metadata.k': { contains: '\ud800' } },
  'a filter that is a text': 'type = 1',
  'a filter that is a list': [],
  'a filter that is too deep': Array.from({ length: 20 }).reduce<object>(inner => ({ not: inner }), {}),
}

export const guardCases: readonly Case<Store>[] = casesOf('guards', {
  'put refuses a wrong value in any field, and writes nothing of the batch': store =>
    refusing(store, async refuse => {
      const texts = ['id', 'orgId', 'content', 'hash', 'type', 'level']
      const numbers = ['importance', 'accessCount', 'createdAt', 'updatedAt', 'version']
      const nullable: [string, string, unknown][] = [
        'userId',
        'agentId',
        'runId',
        'actorId',
        'role',
        'dedupeKey',
      ].flatMap(field =>
        ['', 'a\0', '\ud800', 7, undefined].map((value): [string, string, unknown] => [field, field, value]),
      )
      const own: [string, string, unknown][] = [
        ['an id that is too long', 'id', 'x'.repeat(129)],
        ['a name that is too long', 'userId', 'x'.repeat(256)],
        ['a content that is too long', 'content', 'x'.repeat(1_048_577)],
        ['an importance below 0', 'importance', -0.1],
        ['an importance above 1', 'importance', 1.1],
        ['half an access', 'accessCount', 0.5],
        ['a version of 0', 'version', 0],
        ['a time between milliseconds', 'createdAt', 1.5],
        ['a time out of range', 'expiresAt', 8.64e15 + 1],
        ['a Date as time', 'createdAt', new Date(0)],
        ...Object.entries(wrongVectors).map(([name, value]): [string, string, unknown] => [
          name,
          'vector',
          value,
        ]),
      ]
      for (const [name, field, value] of [...wrongFields(texts, numbers), ...nullable, ...own]) {
        const wrong = { ...storedRecord(11), [field]: value } as StoredRecord
        await refuse(`put, ${name}`, () => store.put([storedRecord(10), wrong, storedRecord(12)]))
      }
      await refuse('an id that stands twice in a batch', () =>
        store.put([storedRecord(10), storedRecord(10)]),
      )
      await refuse('one record for a list', () => store.put(storedRecord(10) as never))
    }),

  'patch refuses a wrong value in any field, and writes nothing of the batch': store =>
    refusing(store, async refuse => {
      const [key, other] = [keyOf(storedRecord(0)), keyOf(storedRecord(1))]
      const good: Patch = { key, set: { importance: 1 }, updatedAt: 1 }
      const refuseSet = async (name: string, set: object): Promise<void> => {
        const patch = { key: other, set, updatedAt: 1 } as Patch
        await refuse(`patch, ${name}`, () => store.patch([good, patch]))
      }
      for (const [name, field, value] of wrongFields(
        [],
        ['importance', 'accessCount', 'lastAccessedAt', 'expiresAt'],
      )) {
        await refuseSet(name, { [field]: value })
      }
      for (const field of ['id', 'orgId', 'userId', 'createdAt', 'version', 'unknown', '__proto__']) {
        await refuseSet(`setting ${field}`, Object.fromEntries([[field, 'x']]))
      }
      const wrongs: [string, object][] = [
        ['content without a vector', { set: { content: 'new' } }],
        ['a vector without content', { vector: storedRecord(1).vector }],
        ['no time', { updatedAt: undefined }],
        ['a time that is no number', { updatedAt: NaN }],
        ['an expected version of 0', { expectVersion: 0 }],
        ['a misspelt entry', { expectedVersion: 1 }],
        ['an empty dedupe key', { dedupeKey: '' }],
        ...Object.entries(wrongVectors).map(([name, vector]): [string, object] => [
          name,
          { set: { content: 'new', hash: 'h' }, vector },
        ]),
      ]
      for (const [name, fields] of wrongs) {
        await refuse(`patch, ${name}`, () => store.patch([{ ...good, key: other, ...fields }]))
      }
      await refuse('one record in two patches', () => store.patch([good, good]))
    }),

  'keys that are wrong are refused by every method that takes keys': store =>
    refusing(store, async refuse => {
      for (const [name, value] of Object.entries({ ...wrongTexts, 'too long': 'x'.repeat(300) })) {
        for (const wrong of [
          { orgId, id: value },
          { orgId: value, id: 'memory-000000' },
        ]) {
          const keys = [keyOf(storedRecord(0)), wrong as Key]
          await refuse(`delete, ${name}`, () => store.delete(keys))
          await refuse(`get, ${name}`, () => store.get(keys))
          await refuse(`vectors, ${name}`, () => store.vectors(keys))
          await refuse(`history, ${name}`, () => store.history(keys))
        }
      }
    }),

  'scopes that are wrong are refused, and nothing is deleted': store =>
    refusing(store, async refuse => {
      for (const [name, scope] of Object.entries(wrongScopes)) {
        await refuse(`deleteAll, ${name}`, () => store.deleteAll(scope as Scope))
        await refuse(`query, ${name}`, () => readAll(store, { scope: scope as Scope }))
      }
    }),

  'unknown options are refused, and nothing is written': store =>
    refusing(store, async refuse => {
      const record = storedRecord(10)
      const key = keyOf(storedRecord(0))
      const options = { acter: 'bob' } as object
      await refuse('put', () => store.put([record], options))
      await refuse('patch', () => store.patch([{ key, set: { importance: 1 }, updatedAt: 1 }], options))
      await refuse('delete', () => store.delete([key], options))
      await refuse('deleteAll', () => store.deleteAll({ orgId }, { purge: true } as DeleteAllOptions))
      for (const [name, call] of Object.entries({
        get: () => store.get([key], options),
        vectors: () => store.vectors([key], options),
        history: () => store.history([key], options),
        changes: () => store.changes({ after: 0, limit: 1 }, options),
        head: () => store.head(options),
        readMeta: () => store.readMeta(['k'], options),
        writeMeta: () => store.writeMeta([{ key: 'k', value: 'v' }], options),
      })) {
        await refuse(name, call)
      }
      const misspelt = { key: 'k', value: 'v', expected: null }
      await refuse('an entry of writeMeta', () => store.writeMeta([misspelt]))
      await refuse('query', () => readAll(store, { scope: { orgId }, limit: 5 } as Query))
      await refuse('an actor with NUL', () => store.delete([key], { actor: '\0' }))
      await refuse('an actor of deleteAll with NUL', () => store.deleteAll({ orgId }, { actor: '\0' }))
      await refuse('an actor that is no text', () => store.put([record], { actor: 7 as never }))
    }),

  'pages, orders and positions that are wrong are refused': store =>
    refusing(store, async refuse => {
      const wrongs: Readonly<Record<string, object>> = {
        'pages of 0': { pageSize: 0 },
        'pages of -1': { pageSize: -1 },
        'pages of half a record': { pageSize: 0.5 },
        'pages of NaN': { pageSize: NaN },
        'an order by another field': { order: { by: 'content', direction: 'asc' } },
        'an order of SQL': { order: { by: 'createdAt', direction: 'asc; --' } },
        'a position without an id': { after: { time: 1 } },
        'a position without a time': { after: { id: 'x' } },
      }
      for (const [name, fields] of Object.entries(wrongs)) {
        await refuse(name, () => readAll(store, { scope: { orgId }, ...fields }))
      }
      for (const after of [-1, 0.5, NaN, '0']) {
        await refuse(`changes after ${after}`, () => store.changes({ after: after as number, limit: 1 }))
      }
      for (const limit of [0, -1, 0.5, NaN, Infinity]) {
        await refuse(`changes, limit ${limit}`, () => store.changes({ after: 0, limit }))
      }
    }),

  'filters that are wrong are refused before they reach the Store': store =>
    refusing(store, async refuse => {
      const { statements } = store.counters
      for (const [name, where] of Object.entries(wrongFilters)) {
        const call = async (): Promise<unknown> =>
          readAll(store, { scope: { orgId }, where: parseWhere(where as Where) })
        await refuse(name, call)
      }
      equal(store.counters.statements, statements)
    }),

  'meta keys and values that are wrong are refused': store =>
    refusing(store, async refuse => {
      for (const [name, value] of Object.entries(wrongTexts)) {
        await refuse(`readMeta, ${name}`, () => store.readMeta(['a', value as string]))
        await refuse(`writeMeta, key, ${name}`, () => store.writeMeta([{ key: value as string, value: 'v' }]))
        await refuse(`writeMeta, value, ${name}`, () =>
          store.writeMeta([
            { key: 'a', value: 'v' },
            { key: 'b', value: value as string },
          ]),
        )
      }
      deepEqual(await store.readMeta(['a', 'b']), [undefined, undefined])
    }),

  'a batch that was refused does not decide how long vectors are': async store => {
    const short = storedRecord(1, { vector: new Float32Array(3).fill(0.5) })
    const wrong = storedRecord(2, { vector: short.vector, content: '' })
    await assertRejects('INVALID_ARGUMENT', 'an empty content', () => store.put([short, wrong]))
    const empty = storedRecord(3, { vector: new Float32Array(0) })
    await assertRejects('INVALID_ARGUMENT', 'a first vector that is empty', () => store.put([empty]))
    await store.put(storedRecords(3))
    equal((await store.stats()).memories, 3)
  },
})
