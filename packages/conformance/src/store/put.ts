import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { assertUnchanged, readAll, stateOf } from '../data/read-store.ts'
import { keyOf, startTime, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'

async function keepsBatchOf(store: Store, count: number): Promise<void> {
  const records = storedRecords(count)
  const { duplicates } = await store.put(records)
  equal(duplicates.size, 0, 'new records were reported as duplicates')
  deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  const vectors = await store.vectors(records.map(keyOf))
  for (const [i, record] of records.entries()) assertSameBits(vectors[i], record.vector, record.id)
  equal((await store.stats()).memories, count)
}

/** The n-th record of a batch in which every field differs, from null to a value and back where it may be null. */
function unlikeOthers(n: number): Partial<SampleRecord> {
  const orNull = <T>(value: T): T | null => (n % 2 === 0 ? value : null)
  return {
    orgId: `org ${n}`,
    userId: orNull(`user ${n}`),
    agentId: orNull(`agent ${n}`),
    runId: `run ${n}`,
    type: `type ${n}`,
    level: `level ${n}`,
    importance: n / 16,
    accessCount: n,
    lastAccessedAt: orNull(startTime + n),
    updatedAt: startTime + n * 2000,
    expiresAt: orNull(startTime * 2 + n),
    version: n + 1,
    createdBy: orNull(`creator ${n}`),
    updatedBy: orNull(`updater ${n}`),
    actorId: orNull(`actor ${n}`),
    role: orNull(`role ${n}`),
  }
}

export const putCases: readonly Case<Store>[] = casesOf('put', {
  'keeps a batch of 1': store => keepsBatchOf(store, 1),
  'keeps a batch of 10': store => keepsBatchOf(store, 10),
  'keeps a batch of 100': store => keepsBatchOf(store, 100),
  'keeps a batch of 1000': store => keepsBatchOf(store, 1000),

  'keeps every field as it was given': async store => {
    const record = storedRecord(1, {
      userId: 'u',
      agentId: 'a',
      runId: 'r',
      metadata: { topic: 'food', tags: ['a', 'b'], nested: { deep: { yes: true, no: null } } },
      type: 'semantic',
      level: 'high',
      importance: 0.123456789,
      accessCount: 42,
      lastAccessedAt: 1_700_000_000_001,
      createdAt: 1_700_000_000_002,
      updatedAt: 1_700_000_000_003,
      expiresAt: 4_100_000_000_000,
      version: 7,
      createdBy: 'creator',
      updatedBy: 'updater',
      actorId: 'actor',
      role: 'assistant',
    })
    await store.put([record])
    deepEqual(await store.get([keyOf(record)]), [withoutVector(record)])
  },

  'keeps batches whose records are alike, and one whose records differ in every field': async store => {
    const alike = { metadata: {}, createdAt: startTime, updatedAt: startTime }
    const records = [
      ...storedRecords(8, () => alike),
      ...storedRecords(16, unlikeOthers).slice(8),
      ...storedRecords(24, () => alike).slice(16),
    ]
    for (const start of [0, 8, 16]) await store.put(records.slice(start, start + 8))
    deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  },

  'adds to what is there': async store => {
    const records = storedRecords(30)
    await store.put(records.slice(0, 10))
    await store.put(records.slice(10, 11))
    await store.put(records.slice(11))
    deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  },

  'takes batches written at the same time': async store => {
    const records = storedRecords(200)
    const batches = Array.from({ length: 20 }, (_, i) => records.slice(i * 10, i * 10 + 10))
    await Promise.all(batches.map(batch => store.put(batch)))
    deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  },

  'writes all of a batch or none, with its history and its log': async store => {
    await store.put([storedRecord(500, { orgId: 'other' })])
    const before = await stateOf(store)
    const records = storedRecords(300)
    const batch = [...records, storedRecord(500)]
    await assertRejects('CONFLICT', 'a batch whose last id is taken', () => store.put(batch))
    await assertUnchanged(store, before)
    deepEqual(
      await store.get(records.map(keyOf)),
      records.map(() => undefined),
    )
    deepEqual(
      await store.history(records.map(keyOf)),
      records.map(() => []),
    )
  },

  'an empty batch writes nothing and sends nothing': async store => {
    const { statements, transactions } = store.counters
    const { duplicates } = await store.put([])
    equal(duplicates.size, 0)
    equal(store.counters.statements, statements, 'statements')
    equal(store.counters.transactions, transactions, 'transactions')
    equal((await store.head()).position, 0)
  },

  'what is kept does not change with the objects that were given': async store => {
    const metadata = { topic: 'food', list: [1] }
    const record = storedRecord(1, { metadata })
    const expected = structuredClone(withoutVector(record))
    const vector = record.vector.slice()
    await store.put([record])
    metadata.topic = 'changed'
    metadata.list.push(2)
    record.vector.fill(0)
    deepEqual(await store.get([keyOf(record)]), [expected])
    const [kept] = await store.vectors([keyOf(record)])
    assertSameBits(kept, vector, record.id)
  },

  'never changes a record that is there': async store => {
    const record = storedRecord(1)
    await store.put([record])
    await store.put([storedRecord(1, { content: 'Something else.', metadata: {}, version: 9 })])
    deepEqual(await readAll(store, { scope: { orgId: record.orgId } }), [withoutVector(record)])
    const [vector] = await store.vectors([keyOf(record)])
    assertSameBits(vector, record.vector, record.id)
  },
})
