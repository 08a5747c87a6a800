import { HashEmbedder } from '@agentmem/core'
import type { Memory, ScopeOptions } from '@agentmem/core'
import { innerProduct, TopK } from '@agentmem/core/adapter'

import { sampleTexts } from '../../scenarios/sample-texts.ts'

const k = 10
const chunk = 5_000
/** Two ways of computing one score differ in the last digits. */
const tolerance = 1e-6

/** A search whose answer is known: the texts of numbers `first` to `first + count` are those of its scope. */
export interface KnownSearch {
  readonly query: string
  readonly scope: Omit<ScopeOptions, 'scope'>
  readonly first: number
  readonly count: number
}

/**
 * The share of the true ten nearest that searches by vector find. What is true comes from the texts, embedded once more and
 * compared one by one; a memory that is as near as the true tenth counts.
 */
export async function recallAmong(memory: Memory, searches: readonly KnownSearch[]): Promise<number> {
  const embedder = new HashEmbedder()
  const vectors = await embedder.embed(
    searches.map(({ query }) => query),
    { as: 'query' },
  )
  const nearest = searches.map(() => new TopK(k))
  const last = Math.max(...searches.map(({ first, count }) => first + count))
  for (let start = Math.min(...searches.map(({ first }) => first)); start < last; start += chunk) {
    const texts = await embedder.embed(sampleTexts(start, Math.min(chunk, last - start)), { as: 'document' })
    for (const [i, { first, count }] of searches.entries()) {
      for (const [at, text] of texts.entries()) {
        if (start + at < first || start + at >= first + count) continue
        nearest[i]?.push(String(start + at), innerProduct(vectors[i] as Float32Array, text, 0))
      }
    }
  }
  let found = 0
  let wanted = 0
  for (const [i, { query, scope }] of searches.entries()) {
    const { results } = await memory.search(query, { ...scope, topK: k, mode: 'vector' })
    const truth = nearest[i]?.sorted() ?? []
    const least = (truth.at(-1)?.score ?? Infinity) - tolerance
    found += Math.min(truth.length, results.filter(({ score }) => score >= least).length)
    wanted += truth.length
  }
  return found / wanted
}
