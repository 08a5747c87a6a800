import { fill } from './fill.ts'
import { exactIndexOf, recallAt10 } from './measure-recall.ts'
import { rowOf, timeCalls } from './time-calls.ts'
import type { Scenario } from './workbench.ts'

const scope = { userId: 'user' }

/**
 * Searches that are made one after the other, over memories that are all in the index. The queries are texts
 * that were not stored; their vectors are in the cache, so that embedding is not timed.
 */
export const search: Scenario = {
  about:
    "One user's memories are stored and indexed; then 1,000 searches for 10, one at a time, with the queries' vectors in the cache. Recall@10 is against an exact scan of the same vectors.",
  extent: 'indexes',
  memories: [1_000, 10_000, 100_000],
  quickMemories: [200],
  mostRounds: memories => (memories > 10_000 ? 1 : Infinity),
  seconds: memories => 3 + memories / 1_500,
  run: async bench => {
    const opened = await bench.open()
    const { memory, store, embedder } = opened
    const ingest = await fill(bench, opened, bench.size)
    const queries = bench.freshTexts(bench.quick ? 20 : 1_000)
    for (const query of queries) await memory.search(query, { ...scope, topK: 1, mode: 'vector' })
    const timed = await timeCalls(queries.length, i =>
      memory.search(queries[i] as string, { ...scope, topK: 10, mode: 'vector' }),
    )
    const exact = await exactIndexOf(store, embedder.dimensions)
    const recall = await recallAt10(memory, embedder, exact, queries.slice(0, 200), scope)
    await memory.close()
    const row = rowOf('search', bench.size, timed)
    return [ingest, { ...row, samples: { ...row.samples, 'recall@10': [recall] } }]
  },
}
