import { equal, deepEqual } from 'node:assert/strict'
import type { Patch, Store, StoredRecord } from '@agentmem/core/adapter'
import { keyOf, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { refusing } from './refusing.ts'
import { wrongFields, wrongTexts, wrongVectors } from './wrong-values.ts'

/** What may not be written. */
export const guardCases: readonly Case<Store>[] = casesOf('guards', {
  'put refuses a wrong value in any field, and writes nothing of the batch': store =>
    refusing(store, async refuse => {
      const texts = ['id', 'orgId', 'content', 'hash', 'type', 'level']
      const numbers = ['importance', 'accessCount', 'createdAt', 'updatedAt', 'version', 'place']
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
        ['an id that is too long', 'id', 'x'.repeat(147)],
        ['a name that is too long', 'userId', 'x'.repeat(256)],
        ['a content that is too long', 'content', 'x'.repeat(1_048_577)],
        ['an importance below 0', 'importance', -0.1],
        ['an importance above 1', 'importance', 1.1],
        ['half an access', 'accessCount', 0.5],
        ['half a place', 'place', 0.5],
        ['a place below 0', 'place', -1],
        ['a place of more than 32 bits', 'place', 2 ** 31],
        ['a number for whether it is indexed', 'indexed', 1],
        ['nothing for whether it is indexed', 'indexed', undefined],
        ['no word of the vector', 'vector', undefined],
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
      for (const field of [
        'id',
        'orgId',
        'userId',
        'createdAt',
        'place',
        'version',
        'unknown',
        '__proto__',
      ]) {
        await refuseSet(`setting ${field}`, Object.fromEntries([[field, 'x']]))
      }
      const wrongs: [string, object][] = [
        ['content without a vector', { set: { content: 'new' } }],
        ['a vector without content', { vector: storedRecord(1).vector }],
        ['no vector without content', { vector: null }],
        ['a number for whether it is indexed', { set: { indexed: 1 } }],
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
