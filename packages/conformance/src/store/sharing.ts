import { deepEqual, equal } from 'node:assert/strict'
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import { idsOf, readLog } from '../data/read-store.ts'
import {
  keyOf,
  startTime,
  storedRecord,
  storedRecords,
  uniqueRecord,
  withoutVector,
} from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case, Setup } from '../kit/case.ts'
import { openedAgain } from './opened-again.ts'

const unless = ({ part }: Setup<Store>): string | undefined =>
  part.supports.multiProcess ? undefined : `${part.name} declares supports.multiProcess: false`

const ana = { userId: 'ana' }

/** A memory over a Store that stays open, with an index of its own, as each process has one. */
function memoryOf(store: Store): Promise<Memory> {
  const embedder = new HashEmbedder({ dimensions: 64 })
  return Memory.open({ store, index: new ExactIndex({ dimensions: 64 }), embedder, closeParts: false })
}

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

  'of both that expect the same version one wins': {
    unless,
    run: async (store, setup) => {
      await using other = await openedAgain(setup)
      const record = storedRecord(1)
      await store.put([record])
      const patch = { key: keyOf(record), updatedAt: startTime, expectVersion: 1 }
      const outcomes = await Promise.allSettled(
        [store, other, store, other].map((writer, n) =>
          writer.patch([{ ...patch, set: { accessCount: n } }]),
        ),
      )
      const winners = [...outcomes.keys()].filter(n => outcomes[n]?.status === 'fulfilled')
      equal(winners.length, 1)
      for (const reader of [store, other]) {
        const [kept] = await reader.get([keyOf(record)])
        deepEqual([kept?.version, kept?.accessCount], [2, winners[0]])
      }
    },
  },

  'a search of one sees at once what the other was told is done, by vectors and by words': {
    unless,
    run: async (store, setup) => {
      await using other = await openedAgain(setup)
      const [writer, reader] = [await memoryOf(store), await memoryOf(other)]
      const seen = async (memory: Memory, text: string): Promise<(string | undefined)[]> => {
        const answers = await memory.searchBatch(
          (['vector', 'text'] as const).map(mode => ({ query: text, mode, topK: 1, ...ana })),
        )
        return answers.map(({ results }) => results[0]?.memory)
      }
      for (const text of ['apple', 'quince']) {
        deepEqual(await seen(reader, text), [undefined, undefined])
        await writer.add({ id: 'fruit', content: text }, ana)
        deepEqual(await seen(reader, text), [text, text], 'what was added')
        await reader.update('fruit', 'plum')
        deepEqual(await seen(writer, 'plum'), ['plum', 'plum'], 'what was changed')
        await writer.delete('fruit')
        deepEqual(await seen(reader, 'plum'), [undefined, undefined], 'what was deleted')
      }
      await Promise.all([writer, reader].map(memory => memory.close()))
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
