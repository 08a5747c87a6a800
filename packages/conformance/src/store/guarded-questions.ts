import { equal } from 'node:assert/strict'
import { parseWhere } from '@agentmem/core/adapter'
import type { DeleteAllOptions, Key, Query, Scope, Store, TextsQuery, Where } from '@agentmem/core/adapter'
import { readAll } from '../data/read-store.ts'
import { readTexts } from '../data/read-texts.ts'
import { keyOf, orgId, storedRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { refusing } from './refusing.ts'
import { wrongTexts } from './wrong-values.ts'
import type { WrongValues } from './wrong-values.ts'

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

const by = { field: 'userId', kind: 'string' } as const

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
  'a path with a quotation mark': { path: ['a"b'], eq: 1 },
  'an empty path': { path: [], eq: 1 },
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

/** What may not be asked: keys, scopes, options, positions and filters. */
export const guardedQuestionCases: readonly Case<Store>[] = casesOf('guards', {
  'keys that are wrong are refused by every method that takes keys': store =>
    refusing(store, async refuse => {
      for (const [name, value] of Object.entries({ ...wrongTexts, 'too long': 'x'.repeat(300) })) {
        for (const wrong of [
          { orgId, id: value },
          { orgId: value, id: 'memory-000000' },
          ...(value === undefined ? [] : [{ orgId, id: 'memory-000000', userId: value }]),
          { orgId, id: 'memory-000000', userID: 'alice' },
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
        await refuse(`texts, ${name}`, () => readTexts(store, { scope: scope as Scope }))
        await refuse(`count, ${name}`, () => store.count({ scope: scope as Scope }))
        await refuse(`scopes, ${name}`, () => store.scopes({ scope: scope as Scope, by, limit: 1 }))
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
      await refuse('put, onTaken', () => store.put([record], { onTaken: 'overwrite' as 'keep' }))
      await refuse('delete, purgeHistory', () => store.delete([key], { purgeHistory: 1 as never }))
      await refuse('deleteAll', () => store.deleteAll({ orgId }, { purge: true } as DeleteAllOptions))
      for (const [name, call] of Object.entries({
        get: () => store.get([key], options),
        vectors: () => store.vectors([key], options),
        history: () => store.history([key], options),
        changes: () => store.changes({ after: 0, limit: 1 }, options),
        textChanges: () => store.textChanges({ after: 0, limit: 1 }, options),
        scopedChanges: () => store.scopedChanges({ after: 0, limit: 1 }, options),
        texts: () => store.texts({ scope: { orgId } }, options)[Symbol.asyncIterator]().next(),
        count: () => store.count({ scope: { orgId } }, options),
        scopes: () => store.scopes({ scope: { orgId }, by, limit: 1 }, options),
        head: () => store.head(options),
        readMeta: () => store.readMeta(['k'], options),
        writeMeta: () => store.writeMeta([{ key: 'k', value: 'v' }], options),
      })) {
        await refuse(name, call)
      }
      const misspelt = { key: 'k', value: 'v', expected: null }
      await refuse('an entry of writeMeta', () => store.writeMeta([misspelt]))
      await refuse('query', () => readAll(store, { scope: { orgId }, size: 5 } as Query))
      await refuse('texts', () => readTexts(store, { scope: { orgId }, order: 'asc' } as TextsQuery))
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
        'an offset of -1': { offset: -1 },
        'an offset of half a record': { offset: 0.5 },
        'a limit of -1': { limit: -1 },
        'a limit of NaN': { limit: NaN },
        'a position without an id': { after: { place: 0, time: 1 } },
        'a position without a place': { after: { id: 'x', time: 1 } },
        'a position without a time': { after: { id: 'x', place: 0 } },
      }
      for (const [name, fields] of Object.entries(wrongs)) {
        await refuse(name, () => readAll(store, { scope: { orgId }, ...fields }))
        await refuse(`texts, ${name}`, () => readTexts(store, { scope: { orgId }, ...fields }))
      }
      for (const limit of [0, -1, 0.5, NaN, 20_000]) {
        await refuse(`scopes, limit ${limit}`, () => store.scopes({ scope: { orgId }, by, limit }))
      }
      const number = { field: 'importance', kind: 'number' } as const
      await refuse('scopes by a number', () => store.scopes({ scope: { orgId }, by: number, limit: 1 }))
      await refuse('scopes after NUL', () => store.scopes({ scope: { orgId }, by, limit: 1, after: '\0' }))
      for (const after of [-1, 0.5, NaN, '0']) {
        await refuse(`changes after ${after}`, () => store.changes({ after: after as number, limit: 1 }))
        await refuse(`texts after ${after}`, () => store.textChanges({ after: after as number, limit: 1 }))
      }
      for (const limit of [0, -1, 0.5, NaN, Infinity]) {
        await refuse(`changes, limit ${limit}`, () => store.changes({ after: 0, limit }))
        await refuse(`textChanges, limit ${limit}`, () => store.textChanges({ after: 0, limit }))
        await refuse(`scopedChanges, limit ${limit}`, () => store.scopedChanges({ after: 0, limit }))
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
})
