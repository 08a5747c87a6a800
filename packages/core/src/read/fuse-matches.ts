import type { TextAnswer, TextMatch } from '../contracts/text-index.ts'
import type { Match } from '../contracts/vector-index.ts'
import type { SearchWeights } from '../search-api.ts'
import { greatestScore } from '../text-index/rank-texts.ts'
import { compareMatches } from '../vectors/top-k.ts'
import type { Candidate } from './candidate.ts'

/** How many standard deviations above the mean of the nearest count as standing out wholly. */
const wholeDeviations = 4
/** How many of the nearest say what stands out. */
const nearestCount = 100

/** How the similarities of the nearest are spread, and so what stands out among them. */
export class Spread {
  readonly #mean: number
  readonly #deviation: number

  constructor(scores: readonly number[]) {
    this.#mean = scores.reduce((sum, score) => sum + score, 0) / (scores.length || 1)
    const squares = scores.reduce((sum, score) => sum + (score - this.#mean) ** 2, 0)
    this.#deviation = Math.sqrt(squares / (scores.length || 1))
  }

  /** 0 to 1: nothing for the mean and below it. A list whose first stands clear says more than one that has no first. */
  standsOut(similarity: number): number {
    if (this.#deviation < 1e-9) return 0
    return Math.min(1, Math.max(0, (similarity - this.#mean) / this.#deviation) / wholeDeviations)
  }
}

/** Of the nearest, whatever their number: a page further down has the scores of the first. */
export function spreadOf(matches: readonly Pick<Match, 'score'>[]): Spread {
  const scores = matches.map(({ score }) => score)
  return new Spread(scores.toSorted((a, b) => b - a).slice(0, nearestCount))
}

/** What a candidate's two sides say of it. */
export interface Sides {
  readonly id: string
  readonly text: TextMatch | undefined
  readonly similarity: number | undefined
}

/**
 * Adds the sides up: `(text + run + vector + actor + date) · (asks ? 0.9 : 1)` with their weights, over the greatest that
 * the query could reach. What nothing speaks for is left out, but for a nearest vector. A weighted sum rather than reciprocal ranks, which give a weak list the voice of a strong one.
 */
export function fuse(
  sides: readonly Sides[],
  { names }: Pick<TextAnswer, 'names'>,
  weights: SearchWeights,
  context: boolean,
  spread: Spread,
): Candidate[] {
  const greatest = weights.vector + greatestScore(weights, context, names)
  return sides
    .map(({ id, text, similarity }) => {
      const vector = similarity === undefined ? 0 : spread.standsOut(similarity)
      const { parts } = text ?? {}
      const words = parts
        ? parts.text + weights.run * parts.run + weights.actor * parts.actor + weights.date * parts.date
        : 0
      const asks = parts?.asks ? 1 - weights.asks : 1
      const score = ((words + weights.vector * vector) * asks) / greatest
      return { id, score, parts, coverage: text?.coverage, similarity, vector }
    })
    .filter(({ score, similarity }) => score > 0 || (weights.vector > 0 && similarity !== undefined))
    .sort((a, b) => b.score - a.score || (b.similarity ?? -1) - (a.similarity ?? -1) || compareMatches(a, b))
}

/** The two lists as one: each memory that either side names. */
export function joinSides(matches: readonly Match[], answer: TextAnswer): Sides[] {
  const similarities = new Map(matches.map(({ id, score }) => [id, score]))
  const texts = new Map(answer.matches.map(match => [match.id, match]))
  matches.forEach(({ id }, i) => {
    const match = answer.ranked[i]
    if (match) texts.set(id, match)
  })
  const ids = new Set([...texts.keys(), ...similarities.keys()])
  return [...ids].map(id => ({ id, text: texts.get(id), similarity: similarities.get(id) }))
}
