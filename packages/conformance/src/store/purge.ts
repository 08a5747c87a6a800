import { deepEqual, equal } from 'node:assert/strict'
import { parseWhere } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { idsOf, readAll, readLog } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

const alice = { orgId, userId: 'alice' }
const purgeHistory = true

/** How many entries the history of each record has. */
async function lengths(store: Store, count: number): Promise<number[]> {
  const history = await store.history(storedRecords(count).map(keyOf))
  return history.map(({ length }) => length)
}

export const purgeCases: readonly Case<Store>[] = [
  ...casesOf<Store>('deleteAll', {
    'with a filter removes what passes, in the scope alone': async store => {
      await store.put(storedRecords(20, n => ({ userId: n < 12 ? 'alice' : 'bob' })))
      const where = parseWhere({ 'metadata.n': { gte: 10 } })
      equal(await store.deleteAll(alice, { where }), 2)
      const left = storedRecords(20).filter((_, n) => n < 10 || n >= 12)
      deepEqual(idsOf(await readAll(store, { scope: { orgId } })), idsOf(left))
      deepEqual((await readLog(store)).deletes.toSorted(), idsOf([storedRecord(10), storedRecord(11)]))
      equal(await store.deleteAll(alice, { where }), 0)
    },

    'with a filter purges the history of what passes alone': async store => {
      await store.put(storedRecords(6))
      await store.delete([keyOf(storedRecord(0))])
      const where = parseWhere({ 'metadata.n': { lt: 3 } })
      equal(await store.deleteAll(alice, { where, purgeHistory }), 2)
      deepEqual(await lengths(store, 6), [2, 0, 0, 1, 1, 1])
    },
  }),

  ...casesOf<Store>('purgeHistory', {
    'takes the history too, also of what was deleted earlier, and of nobody else': async store => {
      await store.put(storedRecords(6, n => ({ userId: n === 5 ? 'bob' : 'alice' })))
      await store.delete([keyOf(storedRecord(0))])
      const keys = [0, 1, 2, 5].map(n => ({ ...alice, id: storedRecord(n).id }))
      const { missing } = await store.delete(keys, { purgeHistory })
      deepEqual(missing.toSorted(), [storedRecord(0).id, storedRecord(5).id])
      deepEqual(await lengths(store, 6), [0, 0, 0, 1, 1, 1])
      equal((await store.stats()).memories, 3)
    },

    'of keys of many scopes is one transaction': async store => {
      const records = storedRecords(60, n => ({ userId: `user-${n}` }))
      await store.put(records)
      const { transactions } = store.counters
      const keys = records.map(record => ({ orgId, userId: record.userId ?? '', id: record.id }))
      await store.delete(keys, { purgeHistory })
      equal(store.counters.transactions - transactions, 1)
      deepEqual(new Set(await lengths(store, 60)), new Set([0]))
    },
  }),

  ...casesOf<Store>('mergeMetadata', {
    'puts the keys beside those that are there': async store => {
      await store.put([storedRecord(0, { metadata: { a: 1, b: { c: 1 }, d: 'x' } })])
      const set = { metadata: { b: { e: 2 }, f: null } }
      await store.patch([{ key: keyOf(storedRecord(0)), set, mergeMetadata: true, updatedAt: 5 }])
      const [record] = await store.get([keyOf(storedRecord(0))])
      deepEqual(record?.metadata, { a: 1, b: { e: 2 }, d: 'x', f: null })
      equal(record?.version, 2)
    },

    'loses no key of twenty writers': async store => {
      const key = keyOf(storedRecord(0))
      await store.put([storedRecord(0, { metadata: {} })])
      const names = Array.from({ length: 20 }, (_, n) => `k${n}`)
      await Promise.all(
        names.map((name, n) =>
          store.patch([{ key, set: { metadata: { [name]: n } }, mergeMetadata: true, updatedAt: n }]),
        ),
      )
      const [record] = await store.get([key])
      deepEqual(Object.keys(record?.metadata ?? {}).toSorted(), names.toSorted())
    },
  }),
]
