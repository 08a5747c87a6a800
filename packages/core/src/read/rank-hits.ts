import { checkKeys, checkNumber } from '../checks/check-values.ts'
import type { SearchRank } from '../search-api.ts'
import type { Hit } from './candidate.ts'

/** A rank that has been checked, with its defaults in. */
export interface ParsedRank {
  readonly importance: number
  readonly recency: { readonly weight: number; readonly halfLifeMs: number }
}

/** How many more hits than asked for are ranked: what counts for a memory may bring it up from so far down. */
export const rankOverfetch: number = 4
const dayMs = 86_400_000

/** Undefined where nothing counts. */
export function parseRank(rank: SearchRank | undefined): ParsedRank | undefined {
  if (rank === undefined) return undefined
  checkKeys(rank, ['importance', 'recency'], 'rank')
  const { importance = 0, recency = {} } = rank
  checkKeys(recency, ['weight', 'halfLifeDays'], 'rank.recency')
  const { weight = 0, halfLifeDays = 30 } = recency
  checkNumber(importance, 'rank.importance', 0, 10)
  checkNumber(weight, 'rank.recency.weight', 0, 10)
  checkNumber(halfLifeDays, 'rank.recency.halfLifeDays', 1e-3, 1e6)
  if (importance === 0 && weight === 0) return undefined
  return { importance, recency: { weight, halfLifeMs: halfLifeDays * dayMs } }
}

/**
 * Puts hits in the order of `score · (1 + importance part + recency part)`, equal ones as they stood. Never by how often a memory was
 * found: what is found would be found again.
 */
export function rankHits(hits: readonly Hit[], rank: ParsedRank, now: number): Hit[] {
  const { weight, halfLifeMs } = rank.recency
  return hits
    .map(hit => {
      const { importance, createdAt } = hit.record
      const recency = 0.5 ** (Math.max(0, now - createdAt) / halfLifeMs)
      const factor = 1 + rank.importance * importance + weight * recency
      const score = hit.rerank ?? hit.score
      // A score below zero gets better by coming nearer to it.
      return { ...hit, ranked: { importance, recency, score: score < 0 ? score / factor : score * factor } }
    })
    .toSorted((a, b) => b.ranked.score - a.ranked.score)
}
