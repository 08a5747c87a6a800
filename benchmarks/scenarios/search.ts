import type { Embedder, Memory } from '@agentmem/core'
import { ExactIndex } from '@agentmem/core'

import { sampleTexts } from '../sample-texts.ts'
import { percentile } from '../statistics.ts'

const scope = { orgId: 'default', userId: 'user' }
const k = 10

/**
 * Searches over 10,000 memories that are all in the index. The queries are texts that were not stored; their
 * vectors are in the cache, so that embedding is not timed. Recall is the share of the ten that an exact scan
 * of the same vectors finds; a memory that is as near as the exact tenth counts as found.
 */
export async function search(memory: Memory, embedder: Embedder): Promise<Record<string, number>> {
  const texts = sampleTexts(0, 10_000)
  for (let i = 0; i < texts.length; i += 1_000)
    await memory.addBatch(texts.slice(i, i + 1_000), { userId: 'user' })
  await memory.optimize()

  const exact = new ExactIndex(embedder.dimensions)
  const vectors = await embedder.embed(texts)
  await exact.apply({
    upserts: vectors.map((vector, i) => ({ id: String(i), scope, vector })),
    deletes: [],
    cursor: 1,
  })

  const queries = sampleTexts(50_000, 1_000)
  const times: number[] = []
  let found = 0
  for (const query of queries) {
    await memory.search(query, { userId: 'user', topK: 1 })
    const start = performance.now()
    const { results } = await memory.search(query, { userId: 'user', topK: k })
    times.push(performance.now() - start)
    const [vector] = await embedder.embed([query], { as: 'query' })
    const [nearest = []] = await exact.search([{ vector: vector as Float32Array, k, scope }])
    const tenth = nearest.at(-1)?.score ?? Infinity
    found += results.filter(({ score }) => score >= tenth - 1e-6).length
  }
  return {
    memories: texts.length,
    queries: queries.length,
    'p50 ms': percentile(times, 0.5),
    'p95 ms': percentile(times, 0.95),
    'p99 ms': percentile(times, 0.99),
    'recall@10': found / (queries.length * k),
  }
}
