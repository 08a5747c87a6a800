import { Random } from '@agentmem/conformance'

import type { MeanOfQuestions, MeanScores, RecallRow } from '../measured/recall-report.ts'
import { mean, percentile } from '../measured/statistics.ts'
import type { Question } from './evidence.ts'
import { measures } from './judge.ts'
import type { Scores } from './judge.ts'

/** The means over all questions, and over those of each category in the order of their names. */
export function summarizeScores(
  questions: readonly Question[],
  scores: readonly Scores[],
): Pick<RecallRow, 'scores' | 'categories'> {
  const byName = Map.groupBy(questions.keys(), i => String(questions[i]?.category ?? ''))
  byName.delete('')
  return {
    scores: meansOf(scores),
    categories: [...byName]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, places]) => ({
        name,
        questions: places.length,
        scores: meansOf(places.flatMap(place => scores[place] ?? [])),
      })),
  }
}

function meansOf(scores: readonly Scores[]): MeanScores {
  return Object.fromEntries(measures.map(name => [name, meanOf(scores.map(score => score[name]))]))
}

/** The mean of a figure over all questions, with the standard error of it. */
export function meanOf(values: readonly number[]): MeanOfQuestions {
  const n = values.length
  const center = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0)
  return { mean: center, error: n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n) }
}

const resamples = 2_000

/**
 * The mean difference between two rankings of the same questions, with the 95% interval of a bootstrap over the
 * questions: what is hard for both does not count. The same seed gives the same interval.
 */
export function pairedDifference(
  values: readonly number[],
  others: readonly number[],
  seed = 1,
): { readonly mean: number; readonly low: number; readonly high: number } {
  const random = new Random(seed)
  const differences = values.map((value, i) => value - (others[i] ?? Number.NaN))
  const means = Array.from({ length: resamples }, () => mean(differences.map(() => random.pick(differences))))
  return { mean: mean(differences), low: percentile(means, 0.025), high: percentile(means, 0.975) }
}
