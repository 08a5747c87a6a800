import { equal, ok } from 'node:assert/strict'

/** How far two scores of one text may lie apart: batches change the order of additions. */
const tolerance = 1e-5

/** Fails unless these are numbers from 0 to 1, one for each text. */
export function assertScores(scores: readonly number[], count: number): void {
  equal(scores.length, count, 'number of scores')
  for (const [i, score] of scores.entries()) {
    ok(typeof score === 'number' && score >= 0 && score <= 1, `score ${i} is ${score}`)
  }
}

/** Fails unless both lists hold the same scores in the same order. */
export function assertAlike(
  actual: readonly (number | undefined)[],
  expected: readonly (number | undefined)[],
  name: string,
): void {
  equal(actual.length, expected.length, `${name}: number of scores`)
  for (const [i, score = NaN] of actual.entries()) {
    const other = expected[i] ?? NaN
    ok(Math.abs(score - other) <= tolerance, `${name}: score ${i} is ${score}, not ${other}`)
  }
}
