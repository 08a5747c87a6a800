import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { idsOf, readLog } from '../data/read-store.ts'
import { keyOf, storedRecord, storedRecords, uniqueRecord } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case, Setup } from '../kit/case.ts'
import { openedAgain } from './opened-again.ts'

const unless = ({ part }: Setup<Store>): string | undefined =>
  part.supports.durable ? undefined : `${part.name} declares supports.durable: false`

async function reopened(setup: Setup<Store>): Promise<Store> {
  await setup.part.close()
  return openedAgain(setup)
}

export const durabilityCases: readonly Case<Store>[] = casesOf('durability', {
  'records, vectors, history, log and meta are there when it is opened again': {
    unless,
    run: async (store, setup) => {
      const records = storedRecords(50, n => (n % 2 === 0 ? uniqueRecord(n) : {}))
      const keys = records.map(keyOf)
      await store.put(records)
      await store.patch(keys.slice(0, 5).map(key => ({ key, set: { importance: 1 }, updatedAt: 1 })))
      await store.delete(keys.slice(40))
      await store.writeMeta([{ key: 'k', value: 'v' }])
      const before = [await store.get(keys), await store.history(keys), await readLog(store)]
      await using again = await reopened(setup)
      deepEqual([await again.get(keys), await again.history(keys), await readLog(again)], before)
      deepEqual(await again.readMeta(['k']), ['v'])
      const vectors = await again.vectors(keys.slice(0, 40))
      for (const [i, record] of records.slice(0, 40).entries()) {
        assertSameBits(vectors[i], record.vector, record.id)
      }
    },
  },

  'it continues where it was: dedupe keys hold and the log moves forward': {
    unless,
    run: async (store, setup) => {
      const first = uniqueRecord(1, { content: 'The same words.' })
      await store.put([first, storedRecord(2)])
      const head = (await store.head()).position
      await using again = await reopened(setup)
      equal((await again.head()).position, head)
      const { duplicates } = await again.put([uniqueRecord(3, { content: first.content }), storedRecord(4)])
      deepEqual(duplicates, new Map([['memory-000003', first.id]]))
      deepEqual(idsOf((await readLog(again, head)).upserts), ['memory-000004'])
    },
  },

  'a deletion as the last change is not forgotten: its position is not given again': {
    unless,
    run: async (store, setup) => {
      await store.put([storedRecord(1)])
      await store.delete([keyOf(storedRecord(1))])
      const head = (await store.head()).position
      await using again = await reopened(setup)
      equal((await again.head()).position, head)
      await again.put([storedRecord(2)])
      ok((await again.head()).position > head, 'the head did not move past the deletion')
      deepEqual(idsOf((await readLog(again, head)).upserts), ['memory-000002'])
    },
  },

  'an empty Store can be opened again': {
    unless,
    run: async (_store, setup) => {
      await using again = await reopened(setup)
      deepEqual(await again.stats().then(({ memories, head }) => [memories, head]), [0, 0])
    },
  },
})
