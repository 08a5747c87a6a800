import { equal, ok } from 'node:assert/strict'
import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { assertSameBits } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case, Setup } from '../kit/case.ts'
import { assertHolds, assertMatches, fill } from './assert-holds.ts'

function unless({ part }: Setup<VectorIndex>): string | undefined {
  return part.supports.durable ? undefined : `${part.name} declares supports.durable: false`
}

async function reopened({ part, openAgain }: Setup<VectorIndex>): Promise<VectorIndex> {
  ok(openAgain, 'an index that declares supports.durable needs openAgain in its harness')
  await part.close()
  return openAgain()
}

export const durabilityCases: readonly Case<VectorIndex>[] = casesOf('durability', {
  'what was optimized is there when it is opened again': {
    unless,
    run: async (index, setup) => {
      const entries = indexEntries(index.dimensions, 700, n => ({ orgId: 'acme', userId: `user-${n % 7}` }))
      await fill(index, entries)
      const gone = entries.slice(0, 50)
      await index.apply({ upserts: [], deletes: gone.map(entry => entry.id), cursor: 750, slot: 'a name' })
      await index.optimize()
      const queries = queryVectors(index.dimensions, 20).map(vector => ({ vector, k: 10, scope: acme }))
      const before = await index.search(queries)
      await using again = await reopened(setup)
      await assertHolds(again, entries.slice(50), 750)
      equal(await again.slot(), 'a name')
      const after = await again.search(queries)
      for (const [i, matches] of before.entries()) assertMatches(after[i] ?? [], matches)
      const held = await again.get(entries.slice(50).map(entry => entry.id))
      for (const [i, { id, vector }] of entries.slice(50).entries()) assertSameBits(held[i], vector, id)
    },
  },

  'what was not optimized is there up to the cursor, which lags at most': {
    unless,
    run: async (index, setup) => {
      const entries = indexEntries(index.dimensions, 30)
      for (const [i, entry] of entries.entries()) {
        await index.apply({ upserts: [entry], deletes: [], cursor: i + 1, slot: `at ${i + 1}` })
        if (i === 9) await index.optimize()
      }
      await using again = await reopened(setup)
      const cursor = await again.cursor()
      ok(cursor >= 10 && cursor <= 30, `the cursor is ${cursor}; 10 was made durable, 30 applied`)
      await assertHolds(again, entries.slice(0, cursor), cursor)
      equal(await again.slot(), `at ${cursor}`)
      await again.apply({ upserts: entries.slice(cursor), deletes: [], cursor: 30 })
      await assertHolds(again, entries, 30)
    },
  },

  'an index that was cleared is empty when it is opened again': {
    unless,
    run: async (index, setup) => {
      await fill(index, indexEntries(index.dimensions, 20))
      await index.optimize()
      await index.apply({ upserts: [], deletes: [], cursor: 21, slot: 'a name' })
      await index.clear()
      await index.optimize()
      await using again = await reopened(setup)
      await assertHolds(again, [], 0)
      equal(await again.slot(), undefined)
    },
  },

  'an index that was never written to can be opened again': {
    unless,
    run: async (_index, setup) => {
      await using again = await reopened(setup)
      await assertHolds(again, [], 0)
      equal(again.dimensions, setup.part.dimensions)
    },
  },

  'it continues where it was, time after time': {
    unless,
    run: async (index, setup) => {
      const entries = indexEntries(index.dimensions, 60)
      let open = index
      for (let start = 0; start < 60; start += 20) {
        await open.apply({ upserts: entries.slice(start, start + 20), deletes: [], cursor: start + 20 })
        await open.optimize()
        open = await reopened({ ...setup, part: open })
        await assertHolds(open, entries.slice(0, start + 20), start + 20)
      }
      await open.close()
    },
  },
})
