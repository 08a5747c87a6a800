import { describe, expect, test } from 'vitest'

import { summarizeLatency } from '../measured/latency.ts'
import { compareEstimates, estimateMedian, median, percentile } from '../measured/statistics.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

describe('percentile', () => {
  test('is the nearest rank, whatever the order of the samples', () => {
    const samples = upTo(100).toReversed()
    expect([0.5, 0.95, 0.99, 1].map(share => percentile(samples, share))).toEqual([50, 95, 99, 100])
  })

  test('of one sample is that sample, and of none NaN', () => {
    expect(percentile([7], 0.99)).toBe(7)
    expect(percentile([], 0.5)).toBeNaN()
  })

  test('does not change the samples', () => {
    const samples = [3, 1, 2]
    expect(median(samples)).toBe(2)
    expect(samples).toEqual([3, 1, 2])
  })
})

test('median of an even number is the mean of the two in the middle, and of none NaN', () => {
  expect(median([4, 1, 2, 9])).toBe(3)
  expect(median([])).toBeNaN()
})

describe('estimateMedian', () => {
  test('gives the median of all rounds, in an interval that holds it', () => {
    const estimate = estimateMedian(
      [
        [10, 11, 12],
        [11, 12, 13],
        [9, 10, 11],
      ],
      1,
    )
    expect(estimate).toMatchObject({ median: 11, n: 9 })
    expect(estimate?.low).toBeLessThanOrEqual(11)
    expect(estimate?.high).toBeGreaterThanOrEqual(11)
  })

  test('is the same for the same seed', () => {
    const rounds = [upTo(40), upTo(30).map(n => n * 1.5)]
    expect(estimateMedian(rounds, 3)).toEqual(estimateMedian(rounds, 3))
  })

  test('is wider when processes differ than when only samples do', () => {
    const alike = [
      [9, 10, 11],
      [9, 10, 11],
      [9, 10, 11],
    ]
    const apart = [
      [5, 5, 5],
      [10, 10, 10],
      [15, 15, 15],
    ]
    const width = (rounds: number[][]): number => {
      const { low = 0, high = 0 } = estimateMedian(rounds, 1) ?? {}
      return high - low
    }
    expect(width(apart)).toBeGreaterThan(width(alike))
    expect(width(apart)).toBe(10)
  })

  test('of no samples is undefined, and rounds without samples do not count', () => {
    expect(estimateMedian([], 1)).toBeUndefined()
    expect(estimateMedian([[], [5]], 1)).toEqual({ median: 5, low: 5, high: 5, n: 1 })
  })

  test('covers the true median in about 95 of 100 experiments', () => {
    // Samples of a known distribution: the sum of two dice-like numbers, whose median is 0.
    let covered = 0
    let state = 1
    const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
    for (let i = 0; i < 100; i++) {
      const rounds = Array.from({ length: 8 }, () => Array.from({ length: 5 }, () => next() - next()))
      const { low = 1, high = -1 } = estimateMedian(rounds, i) ?? {}
      if (low <= 0 && high >= 0) covered++
    }
    expect(covered).toBeGreaterThan(85)
  })
})

describe('compareEstimates', () => {
  test('calls overlapping intervals a tie, also where they only touch', () => {
    expect(compareEstimates({ low: 1, high: 3 }, { low: 2, high: 4 })).toBe('tie')
    expect(compareEstimates({ low: 1, high: 2 }, { low: 2, high: 3 })).toBe('tie')
  })

  test('names the higher and the lower of two that lie apart', () => {
    expect(compareEstimates({ low: 5, high: 6 }, { low: 1, high: 2 })).toBe('higher')
    expect(compareEstimates({ low: 1, high: 2 }, { low: 5, high: 6 })).toBe('lower')
  })
})

describe('summarizeLatency', () => {
  test('gives a p99 from 1,000 samples and none from 999', () => {
    expect(summarizeLatency(upTo(999))?.p99).toBeNull()
    expect(summarizeLatency(upTo(1_000))?.p99).toBe(990)
  })

  test('counts every call in its histogram, in buckets that hold it', () => {
    const samples = [0.1, 0.1, 1, 10, 100]
    const histogram = summarizeLatency(samples)?.histogram ?? []
    expect(histogram.reduce((sum, [, calls]) => sum + calls, 0)).toBe(5)
    expect(histogram.map(([, calls]) => calls)).toEqual([2, 1, 1, 1])
    for (const [i, sample] of [0.1, 1, 10, 100].entries()) {
      const upTo = histogram[i]?.[0] ?? 0
      expect(upTo).toBeGreaterThanOrEqual(sample * 0.999)
      expect(upTo).toBeLessThan(sample * 1.1)
    }
  })

  test('of no samples is undefined', () => {
    expect(summarizeLatency([])).toBeUndefined()
  })
})
