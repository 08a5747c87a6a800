import { dayLength, isDate } from './date-hints.ts'
import type { CalendarDate, DateHint, DateUnit } from './date-hints.ts'

/** A stretch of time that a query names. UTC milliseconds; `to` is past its end. */
export interface DateSpan {
  readonly unit: DateUnit
  readonly from: number
  readonly to: number
  /** What scores are multiplied by: 1, or 0.5 for what may be no date. */
  readonly weight: number
}

/** The score of a time in each of these spans, by its days after the beginning of the day that is named. */
const dayScores = [
  { from: -7, to: -1, score: () => 0.3 },
  { from: -1, to: 0, score: () => 0.5 },
  { from: 0, to: 1, score: () => 1 },
  { from: 1, to: 2, score: () => 0.8 },
  { from: 2, to: 14, score: (days: number) => 0.9 - days / 20 },
]
/** Days after a week or a month in which it may still be spoken of. */
const daysAfter = 10
const maxSpans = 256

/**
 * The spans of time that hints stand for, among texts of a time from `first` to `last` (UTC milliseconds). A hint
 * without a year stands for that day or month of each year, the latest first. At most 256.
 */
export function dateSpans(hints: readonly DateHint[], first: number, last: number): DateSpan[] {
  const most = Math.ceil(maxSpans / Math.max(1, hints.length))
  return hints.flatMap(hint => spansOf(hint, first, last, most)).slice(0, maxSpans)
}

/**
 * How near a time is to the nearest span, 0 to 1. People speak of what was before, so that the days after a span
 * count more than those before it. A day counts more than a month, and a month more than a year.
 */
export function dateScore(spans: readonly DateSpan[], time: number): number {
  return spans.reduce((best, span) => Math.max(best, span.weight * scoreIn(span, time)), 0)
}

/** The stretch of time outside which a span gives no score; `to` is past its end. */
export function reachOf({ unit, from, to }: DateSpan): { from: number; to: number } {
  if (unit === 'day') return { from: from - 7 * dayLength, to: from + 14 * dayLength }
  return { from, to: unit === 'year' ? to : to + daysAfter * dayLength }
}

function scoreIn({ unit, from, to }: DateSpan, time: number): number {
  if (unit === 'day') {
    const days = (time - from) / dayLength
    return dayScores.find(part => days >= part.from && days < part.to)?.score(days) ?? 0
  }
  const inside = time >= from && time < to
  if (unit === 'year') return inside ? 0.15 : 0
  if (inside) return 0.5
  return time >= to && time < to + daysAfter * dayLength ? 0.3 : 0
}

function* yearsOf({ year }: CalendarDate, first: number, last: number): Generator<number> {
  if (year !== undefined) yield year
  else for (let y = Math.min(9999, yearAt(last) + 1); y >= Math.max(1000, yearAt(first) - 1); y--) yield y
}

function spansOf(hint: DateHint, first: number, last: number, most: number): DateSpan[] {
  if (!(first <= last)) return []
  const spans: DateSpan[] = []
  const reaches = (span: DateSpan): boolean => reachOf(span).from <= last && reachOf(span).to > first
  if ('unit' in hint) return [{ ...hint, weight: 1 }].filter(reaches)
  for (const year of yearsOf(hint, first, last)) {
    const span = spanOf({ ...hint, year })
    if (span !== undefined && reaches(span)) spans.push(span)
    if (spans.length === most) break
  }
  return spans
}

function spanOf(date: CalendarDate & { year: number }): DateSpan | undefined {
  const { year, month, day, weak } = date
  if (!isDate(date)) return undefined
  const weight = weak === true ? 0.5 : 1
  if (month === undefined)
    return { unit: 'year', from: Date.UTC(year, 0, 1), to: Date.UTC(year + 1, 0, 1), weight }
  if (day === undefined)
    return { unit: 'month', from: Date.UTC(year, month - 1, 1), to: Date.UTC(year, month, 1), weight }
  return { unit: 'day', from: Date.UTC(year, month - 1, day), to: Date.UTC(year, month - 1, day + 1), weight }
}

function yearAt(time: number): number {
  return new Date(time).getUTCFullYear()
}
