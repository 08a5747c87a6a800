import { HashEmbedder } from '@agentmem/core'
import type { Memory, ScopeOptions } from '@agentmem/core'

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
  const nearest = searches.map(() => [] as number[])
  const last = Math.max(...searches.map(({ first, count }) => first + count))
  for (let start = Math.min(...searches.map(({ first }) => first)); start < last; start += chunk) {
    const texts = await embedder.embed(sampleTexts(start, Math.min(chunk, last - start)), { as: 'document' })
    for (const [i, { first, count }] of searches.entries()) {
      for (const [at, text] of texts.entries()) {
        if (start + at < first || start + at >= first + count) continue
        keepNearest(nearest[i] ?? [], dot(vectors[i] as Float32Array, text))
      }
    }
  }
  let found = 0
  for (const [i, { query, scope }] of searches.entries()) {
    const { results } = await memory.search(query, { ...scope, topK: k, mode: 'vector' })
    const least = (nearest[i]?.at(-1) ?? Infinity) - tolerance
    found += Math.min(k, results.filter(({ score }) => score >= least).length)
  }
  return found / nearest.flat().length
}

/** Keeps the k highest, highest first. */
function keepNearest(scores: number[], score: number): void {
  if (scores.length === k && score <= (scores.at(-1) ?? 0)) return
  const at = scores.findIndex(other => other < score)
  scores.splice(at === -1 ? scores.length : at, 0, score)
  scores.length = Math.min(scores.length, k)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
