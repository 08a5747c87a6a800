import { deepEqual, equal } from 'node:assert/strict'
import type { Patch, Store, StoredRecord } from '@agentmem/core/adapter'
import { idsOf, readLog } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { bind, boundModel, nextModel } from './model.ts'
import { allUnstaged, nextVector, stagedOf } from './staging.ts'

const [seen, hidden, plain, both] = [
  storedRecord(1),
  { ...storedRecord(2), indexed: false },
  { ...storedRecord(3), vector: null },
  { ...storedRecord(4), vector: null, indexed: false },
]
/** Of every kind: only the first is in the log of vectors. */
const kinds: readonly StoredRecord[] = [seen, hidden, plain, both]

function patchOf(record: StoredRecord, set: Patch['set'], vector?: Float32Array | null): Patch {
  return { key: keyOf(record), set, vector, updatedAt: record.updatedAt + 1 }
}

export const indexedCases: readonly Case<Store>[] = casesOf('indexed', {
  'records that are not indexed, and records without a vector, are kept and read like any other':
    async store => {
      await store.put(kinds)
      deepEqual(await store.get(kinds.map(keyOf)), kinds.map(withoutVector))
      const vectors = await store.vectors(kinds.map(keyOf))
      assertSameBits(vectors[0], seen.vector, 'indexed')
      assertSameBits(vectors[1], hidden.vector, 'not indexed')
      deepEqual(vectors.slice(2), [undefined, undefined], 'without a vector')
    },

  'a batch may be without any vector, and does not decide how long vectors are': async store => {
    const records = storedRecords(30).map(record => ({ ...record, vector: null }))
    await store.put(records)
    deepEqual(
      await store.vectors(records.map(keyOf)),
      records.map(() => undefined),
    )
    await store.put([storedRecord(100)])
    assertSameBits(
      (await store.vectors([keyOf(storedRecord(100))]))[0],
      storedRecord(100).vector,
      'the first',
    )
  },

  'the log of vectors has an indexed record with a vector, and a delete for every other': async store => {
    await store.put(kinds)
    const { upserts, deletes } = await readLog(store)
    deepEqual([idsOf(upserts), deletes.toSorted()], [[seen.id], idsOf([hidden, plain, both])])
    assertSameBits(upserts[0]?.vector, seen.vector, seen.id)
  },

  'a patch takes a record out of the log of vectors and brings it back, with its vector': async store => {
    await store.put([seen, storedRecord(5)])
    const out = async (): Promise<string[]> => (await readLog(store)).deletes.toSorted()
    await store.patch([patchOf(seen, { indexed: false })])
    deepEqual(await out(), [seen.id])
    equal((await store.get([keyOf(seen)]))[0]?.indexed, false)
    await store.patch([patchOf(seen, { importance: 1 })])
    deepEqual(await out(), [seen.id], 'a patch of another field')
    await store.patch([patchOf(seen, { indexed: true })])
    deepEqual(await out(), [])
    assertSameBits((await store.vectors([keyOf(seen)]))[0], seen.vector, seen.id)
  },

  'new content may be without a vector: the old one is dropped, and a later one takes its place':
    async store => {
      await bind(store)
      const record = storedRecord(1, { reusable: true })
      const [next, last] = [storedRecord(8), storedRecord(9)]
      await store.put([record])
      await store.patch([patchOf(record, { content: next.content, hash: next.hash }, null)])
      deepEqual(await store.vectors([keyOf(record)]), [undefined])
      deepEqual((await readLog(store)).deletes, [record.id])
      const hashes = [record.hash, next.hash]
      deepEqual(await store.vectorsByHash(hashes, { embedder: boundModel }), [undefined, undefined])
      await store.patch([patchOf(record, { content: last.content, hash: last.hash }, last.vector)])
      assertSameBits((await readLog(store)).upserts[0]?.vector, last.vector, record.id)
    },

  'the place stays when a record is changed': async store => {
    const records = storedRecords(6, n => ({ place: n * 1_000 }))
    await store.put(records)
    await store.patch(records.map(record => patchOf(record, { importance: 0.9, indexed: false })))
    const found = await store.get(records.map(keyOf))
    deepEqual(
      found.map(record => record?.place),
      records.map(({ place }) => place),
    )
  },

  'places of a batch are kept as they are: one for all, by a step, and in no order': async store => {
    const places = [[7], [3, 3, 3], [0, 1, 2, 3], [4, 2, 0], [0, 1, 0, 1], [5, 6, 8], [2 ** 31 - 1, 0]]
    const batches = places.map((batch, b) => batch.map((place, n) => storedRecord(b * 10 + n, { place })))
    for (const batch of batches) await store.put(batch)
    const found = await store.get(batches.flat().map(keyOf))
    deepEqual(
      found.map(record => record?.place),
      places.flat(),
    )
  },

  'staging is for indexed records, also those without a vector; a switch leaves the others without':
    async store => {
      await bind(store)
      await store.put(kinds)
      deepEqual(await store.startStaging(nextModel), { memories: 2, unstaged: 2 })
      deepEqual(idsOf((await allUnstaged(store)).map(({ content: id }) => ({ id }))), [
        seen.content,
        plain.content,
      ])
      await store.stage(nextModel, stagedOf([seen, plain]))
      equal((await store.adoptStaged(nextModel))?.memories, 2)
      const vectors = await store.vectors(kinds.map(keyOf))
      assertSameBits(vectors[0], nextVector(seen.content), 'indexed')
      deepEqual([vectors[1], vectors[3]], [undefined, undefined], 'not indexed')
      assertSameBits(vectors[2], nextVector(plain.content), 'without a vector before')
      const { upserts, deletes } = await readLog(store)
      deepEqual([idsOf(upserts), deletes.toSorted()], [idsOf([seen, plain]), idsOf([hidden, both])])
    },

  'a switch keeps no vector of the old model for reuse': async store => {
    await bind(store)
    const record = { ...storedRecord(1, { reusable: true }), indexed: false }
    await store.put([record])
    await store.startStaging(nextModel)
    equal((await store.adoptStaged(nextModel))?.memories, 0)
    deepEqual(await store.vectorsByHash([record.hash], { embedder: nextModel }), [undefined])
  },
})
