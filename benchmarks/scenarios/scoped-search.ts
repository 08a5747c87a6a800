import type { CellRow } from '../measured/cell.ts'
import { fill } from './fill.ts'
import { exactIndexOf, recallAt10 } from './measure-recall.ts'
import { rowOf, timeCalls } from './time-calls.ts'
import type { Scenario } from './workbench.ts'

/** Of 1,000 memories in a row, ten are of one user, one is of another, and the rest of 989 that have one each. */
function ownerOf(n: number): { readonly userId: string } {
  const place = n % 1_000
  if (place % 100 === 0) return { userId: 'one percent' }
  return { userId: place === 1 ? 'one in a thousand' : `user ${place}` }
}

/** Searches of users who own a small part of what is stored. */
export const scopedSearch: Scenario = {
  about:
    'Searches for 10 by a user who owns 1% and by one who owns 0.1% of all memories; the other memories belong to 989 more users.',
  extent: 'indexes',
  memories: [10_000],
  quickMemories: [1_000],
  seconds: memories => 3 + memories / 1_500,
  run: async bench => {
    const opened = await bench.open()
    const { memory, store, embedder } = opened
    await fill(bench, opened, bench.size, ownerOf)
    const exact = await exactIndexOf(store, embedder.dimensions)
    const queries = bench.freshTexts(bench.quick ? 20 : 1_000)
    const rows: CellRow[] = []
    for (const [what, userId] of [
      ['search in 1%', 'one percent'],
      ['search in 0.1%', 'one in a thousand'],
    ] as const) {
      for (const query of queries) await memory.search(query, { userId, topK: 1, mode: 'vector' })
      const timed = await timeCalls(queries.length, i =>
        memory.search(queries[i] as string, { userId, topK: 10, mode: 'vector' }),
      )
      const recall = await recallAt10(memory, embedder, exact, queries.slice(0, 200), { userId })
      const row = rowOf(what, bench.size, timed)
      rows.push({ ...row, samples: { ...row.samples, 'recall@10': [recall] } })
    }
    await memory.close()
    return rows
  },
}
