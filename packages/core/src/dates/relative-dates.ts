import type { Calendar, RelativeName } from './calendar.ts'
import { dayLength } from './date-hints.ts'
import type { DateUnit, RelativeDate } from './date-hints.ts'
import type { FoundDates } from './found-dates.ts'
import { numberOf } from './number-of.ts'
import type { Token } from './tokens.ts'

/** Before a weekday: another one than the last, or many. */
const otherDays = new Set(
  'next every each coming nachsten nachster jeden jeder kommenden chaque cada proximo prossimo ogni каждыи каждую следующии следующую'.split(
    ' ',
  ),
)

/** Reads `yesterday`, `3 days ago` and weekdays, in any language of the calendar, counted from `now` in UTC. */
export function readRelativeDates(
  text: string,
  tokens: readonly Token[],
  calendar: Calendar,
  now: number,
  dates: FoundDates,
): void {
  const take = (meaning: RelativeName, number: number, at: number, end: number): void => {
    const date = relativeDate(meaning, number, now)
    if (date !== undefined) dates.take(date, at, end)
  }
  for (const { meaning, number, at, end } of calendar.gluedRelatives.findAll(text))
    take(meaning, number, at, end)
  for (let i = 0; i < tokens.length; i++) {
    const found = calendar.relatives.find(tokens, i)
    if (found === undefined) continue
    const { meaning, length } = found
    const phrase = tokens.slice(i, i + length)
    if ('weekday' in meaning && otherDays.has(tokens[i - 1]?.word ?? '')) continue
    if ('beside' in meaning && !tokens.some(({ word }) => meaning.beside?.has(word))) continue
    // The last one: `a` is a number in `a week ago`, and none in `il y a 3 jours`.
    const number = phrase.findLast(({ word }) => !Number.isNaN(numberOf(word)))
    take(meaning, numberOf(number?.word ?? ''), phrase[0]?.at ?? 0, phrase.at(-1)?.end ?? 0)
    i += length - 1
  }
}

function relativeDate(meaning: RelativeName, number: number, now: number): RelativeDate | undefined {
  const today = Math.floor(now / dayLength) * dayLength
  const day = new Date(today).getUTCDay()
  if ('weekday' in meaning) return dayFrom(today - (((day - meaning.weekday + 6) % 7) + 1) * dayLength)
  const count = meaning.count ?? -number
  const [from, to] = [0, 1].map(more => beginningOf(meaning.unit, today, count + more)) as [number, number]
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : { unit: meaning.unit, from, to }
}

function dayFrom(from: number): RelativeDate {
  return { unit: 'day', from, to: from + dayLength }
}

/** The beginning of the day, the week from Monday, the month or the year that is `count` after that of `today`. */
function beginningOf(unit: DateUnit, today: number, count: number): number {
  const date = new Date(today)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (unit === 'day') return today + count * dayLength
  if (unit === 'week') return today + (count * 7 - ((date.getUTCDay() + 6) % 7)) * dayLength
  return unit === 'month' ? Date.UTC(year, month + count, 1) : Date.UTC(year + count, 0, 1)
}
