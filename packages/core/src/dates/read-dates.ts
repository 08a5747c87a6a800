import type { Calendar } from './calendar.ts'
import { isYear } from './date-hints.ts'
import type { DateHint } from './date-hints.ts'
import { FoundDates } from './found-dates.ts'
import { readNamedMonths } from './named-months.ts'
import { readNumericDates } from './numeric-dates.ts'
import { readRelativeDates } from './relative-dates.ts'
import { plainText, tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'

export interface ReadDatesOptions {
  /** The names to read: `calendarOf(defaultLocales)`, for example. */
  readonly calendar: Calendar
  /** UTC milliseconds. Words such as `yesterday`, and weekdays, are read only when it is given. */
  readonly now?: number | undefined
}

/** More dates than a question names; the others are left out. */
const maxHints = 16

/**
 * Reads the dates that a query names, in the order of the query, at most 16. A year alone counts where there is no
 * other date. Days that do not exist are no dates. In UTC; time and memory grow with the length of the query.
 */
export function readDates(query: string, { calendar, now }: ReadDatesOptions): DateHint[] {
  const text = plainText(query)
  const tokens = tokensOf(text)
  const dates = new FoundDates(text.length)
  readNumericDates(text, calendar.order, dates)
  readNamedMonths(tokens, calendar, dates)
  if (now !== undefined) readRelativeDates(text, tokens, calendar, now, dates)
  if (dates.isEmpty) readYears(text, tokens, dates)
  return distinct(dates.inOrder(text)).slice(0, maxHints)
}

function readYears(text: string, tokens: readonly Token[], dates: FoundDates): void {
  for (const { number, at, end } of tokens) {
    if (!isYear(number)) continue
    // $2000, v2022 and 2000s are no years, 2020.5 neither.
    const isPart = /[\p{L}\p{Sc}]$|\d[.,:]$/u.test(text.slice(Math.max(0, at - 2), at))
    if (isPart || /^[a-z%\p{Sc}]|^[.,:]\d/iu.test(text.slice(end, end + 2))) continue
    dates.take({ year: number }, at, end)
  }
}

function distinct(hints: readonly DateHint[]): DateHint[] {
  return [...new Map(hints.map(hint => [JSON.stringify(hint), hint])).values()]
}
