import { describe, expect, test } from 'vitest'

import type { DateHint } from '../../src/dates/date-hints.ts'
import { dateScore, dateSpans, reachOf } from '../../src/dates/date-score.ts'

const day = 86_400_000
const first = Date.UTC(2022, 0, 1)
const last = Date.UTC(2023, 11, 31)
const days = (hint: DateHint): string[] =>
  dateSpans([hint], first, last).map(({ from, to }) =>
    [from, to].map(time => new Date(time).toISOString().slice(0, 10)).join(' '),
  )

describe('spans', () => {
  test('of a hint with a year are one, of one without are those of each year, the latest first', () => {
    expect(days({ year: 2023, month: 4, day: 27 })).toEqual(['2023-04-27 2023-04-28'])
    expect(days({ month: 4, day: 27 })).toEqual(['2023-04-27 2023-04-28', '2022-04-27 2022-04-28'])
    expect(days({ year: 2023, month: 12 })).toEqual(['2023-12-01 2024-01-01'])
    expect(days({ month: 4 })).toEqual(['2023-04-01 2023-05-01', '2022-04-01 2022-05-01'])
    expect(days({ year: 2022 })).toEqual(['2022-01-01 2023-01-01'])
  })

  test('are left out where no text could have a score', () => {
    expect(days({ year: 2020, month: 4, day: 27 })).toEqual([])
    expect(days({ year: 2024 })).toEqual([])
    // The days before the 2nd of January 2024 are of 2023.
    expect(days({ month: 1, day: 2 })).toEqual([
      '2024-01-02 2024-01-03',
      '2023-01-02 2023-01-03',
      '2022-01-02 2022-01-03',
    ])
    expect(days({ month: 12, day: 25 })).toEqual([
      '2023-12-25 2023-12-26',
      '2022-12-25 2022-12-26',
      '2021-12-25 2021-12-26',
    ])
    expect(dateSpans([{ month: 4 }], Infinity, -Infinity)).toEqual([])
    expect(dateSpans([{ month: 4 }], Number.NaN, Number.NaN)).toEqual([])
  })

  test('of the 29th of February are of leap years', () => {
    const spans = dateSpans([{ month: 2, day: 29 }], Date.UTC(2019, 0), Date.UTC(2025, 0))
    expect(spans.map(({ from }) => new Date(from).getUTCFullYear())).toEqual([2024, 2020])
  })

  test('of a time that is counted from now are that time', () => {
    const hint = { unit: 'week', from: first, to: first + 7 * day } as const
    expect(dateSpans([hint], first, last)).toEqual([{ ...hint, weight: 1 }])
  })

  test('are bounded in number, and each hint has some', () => {
    const hints = Array.from({ length: 16 }, (_, i): DateHint => ({ month: 5, day: i + 1 }))
    const spans = dateSpans(hints, -8.64e15, 8.64e15)
    expect(spans).toHaveLength(256)
    expect(new Set(spans.map(({ from }) => new Date(from).getUTCDate())).size).toBe(16)
    expect(dateSpans([{ month: 2, day: 29 }], -8.64e15, 8.64e15)).toHaveLength(256)
  })
})

describe('the score', () => {
  const start = Date.UTC(2023, 3, 27)
  const scores = (hint: DateHint, times: readonly number[]): number[] => {
    const spans = dateSpans([hint], first, last)
    return times.map(time => Math.round(dateScore(spans, start + time * day) * 1_000) / 1_000)
  }

  test('of a day is 1 on it, and falls before and after', () => {
    const times = [-7.01, -7, -1.01, -1, -0.01, 0, 0.99, 1, 1.99, 2, 10, 13.99, 14]
    const expected = [0, 0.3, 0.3, 0.5, 0.5, 1, 1, 0.8, 0.8, 0.8, 0.4, 0.201, 0]
    expect(scores({ year: 2023, month: 4, day: 27 }, times)).toEqual(expected)
    expect(scores({ year: 2023, month: 4, day: 27, weak: true }, [0, 1])).toEqual([0.5, 0.4])
  })

  test('of a month and of a week is 0.5 within, and 0.3 for ten days after', () => {
    expect(scores({ year: 2023, month: 4 }, [-26.01, -26, 0, 3.99, 4, 13.99, 14])).toEqual([
      0, 0.5, 0.5, 0.5, 0.3, 0.3, 0,
    ])
    const week: DateHint = { unit: 'week', from: start, to: start + 7 * day }
    expect(scores(week, [-0.01, 0, 6.99, 7, 16.99, 17])).toEqual([0, 0.5, 0.5, 0.3, 0.3, 0])
  })

  test('of a year is 0.15 within', () => {
    expect(scores({ year: 2022 }, [-365.25, -200, 0])).toEqual([0.15, 0.15, 0])
  })

  test('is that of the best of all spans, and 0 without one', () => {
    const spans = dateSpans(
      [{ year: 2023 }, { year: 2023, month: 4 }, { year: 2023, month: 4, day: 20 }],
      first,
      last,
    )
    expect(dateScore(spans, start)).toBeCloseTo(0.55)
    expect(dateScore(spans, start + 60 * day)).toBe(0.15)
    expect(dateScore([], start)).toBe(0)
  })

  test('is 0 outside the reach of a span, and not at its ends', () => {
    const hints: DateHint[] = [{ year: 2023, month: 4, day: 27 }, { year: 2023, month: 4 }, { year: 2023 }]
    for (const span of [
      ...dateSpans(hints, first, last),
      { unit: 'week', from: start, to: start + 7 * day, weight: 1 } as const,
    ]) {
      const { from, to } = reachOf(span)
      expect([from - 1, to].map(time => dateScore([span], time))).toEqual([0, 0])
      expect(dateScore([span], from)).toBeGreaterThan(0)
      expect(dateScore([span], to - 1)).toBeGreaterThan(0)
    }
  })
})
