import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { idsOf, readLog } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords, uniqueRecord, withoutVector } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case, Setup } from '../kit/case.ts'
import { openedAgain } from './opened-again.ts'

const unless = ({ part }: Setup<Store>): string | undefined =>
  part.supports.multiProcess ? undefined : `${part.name} declares supports.multiProcess: false`

export const sharingCases: readonly Case<Store>[] = casesOf('sharing', {
  'what one writes the other reads, and sees in the log': {
    unless,
    run: async (store, setup) => {
      await using other = await openedAgain(setup)
      const records = storedRecords(20)
      equal((await other.head()).position, 0)
      await store.put(records)
      deepEqual(await other.get(records.map(keyOf)), records.map(withoutVector))
      equal((await other.head()).position, (await store.head()).position)
      await other.delete(records.slice(0, 5).map(keyOf))
      equal((await store.head()).position, (await other.head()).position)
      deepEqual(idsOf((await readLog(store)).upserts), idsOf(records.slice(5)))
      deepEqual((await readLog(store)).deletes.toSorted(), idsOf(records.slice(0, 5)))
    },
  },

  'of one dedupe key that both write at the same time one is kept': {
    unless,
    run: async (store, setup) => {
      await using other = await openedAgain(setup)
      const records = Array.from({ length: 40 }, (_, n) => uniqueRecord(n, { content: 'The same words.' }))
      const receipts = await Promise.all(
        records.map((record, n) => (n % 2 === 0 ? store : other).put([record])),
      )
      const kept = (await store.get(records.map(keyOf))).filter(record => record !== undefined)
      equal(kept.length, 1)
      equal(receipts.filter(receipt => receipt.duplicates.size === 0).length, 1)
    },
  },

  'a reader of one skips nothing that the writers of both write': {
    unless,
    run: async (store, setup) => {
      await using other = await openedAgain(setup)
      const records = storedRecords(200)
      const seen = new Set<string>()
      let writing = true
      const reader = async (): Promise<void> => {
        for (let cursor = 0; ;) {
          const last = !writing
          const page = await store.changes({ after: cursor, limit: 7 })
          for (const entry of page.upserts) seen.add(entry.id)
          cursor = page.cursor
          if (page.done && last) return
          await new Promise(resolve => setImmediate(resolve))
        }
      }
      const reading = reader()
      const writes = Array.from({ length: 50 }, (_, i) =>
        (i % 2 === 0 ? store : other).put(records.slice(i * 4, i * 4 + 4)),
      )
      await Promise.all(writes)
      writing = false
      await reading
      equal(seen.size, records.length, 'changes were skipped')
    },
  },

  'of both that expect the same meta value one wins': {
    unless,
    run: async (store, setup) => {
      await using other = await openedAgain(setup)
      const writes = [store, other, store, other].map((writer, n) =>
        writer.writeMeta([{ key: 'lease', value: String(n), expect: null }]),
      )
      equal((await Promise.all(writes)).filter(Boolean).length, 1)
    },
  },

  'closing one leaves the other open': {
    unless,
    run: async (store, setup) => {
      const other = await openedAgain(setup)
      await other.close()
      await store.put([storedRecord(1)])
      equal((await store.stats()).memories, 1)
    },
  },
})
