import { ExactIndex } from '@agentmem/core'
import type { Embedder, Memory, ScopeOptions, Store } from '@agentmem/core'

const k = 10
const pageSize = 5_000
/** Two ways of computing one score differ in the last digits. */
const tolerance = 1e-6

/** All that a Store holds, compared vector by vector: the truth that an index is measured by. */
export async function exactIndexOf(store: Store, dimensions: number): Promise<ExactIndex> {
  const exact = new ExactIndex(dimensions)
  for (let after = 0, done = false; !done;) {
    const page = await store.changes({ after, limit: pageSize })
    await exact.apply(page)
    after = page.cursor
    done = page.done
  }
  return exact
}

/** The share of the true ten nearest that searches find; a memory that is as near as the true tenth counts. */
export async function recallAt10(
  memory: Memory,
  embedder: Embedder,
  exact: ExactIndex,
  queries: readonly string[],
  scope: Omit<ScopeOptions, 'scope'>,
): Promise<number> {
  let found = 0
  let wanted = 0
  for (const query of queries) {
    const { results } = await memory.search(query, { ...scope, topK: k, mode: 'vector' })
    const [vector] = await embedder.embed([query], { as: 'query' })
    const [nearest = []] = await exact.search([
      { vector: vector as Float32Array, k, scope: { orgId: 'default', ...scope } },
    ])
    const last = nearest.at(-1)?.score ?? Infinity
    found += Math.min(nearest.length, results.filter(({ score }) => score >= last - tolerance).length)
    wanted += nearest.length
  }
  return found / wanted
}
