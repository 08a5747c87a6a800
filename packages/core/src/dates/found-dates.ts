import { isDate } from './date-hints.ts'
import type { CalendarDate, DateHint } from './date-hints.ts'

/** A hint, and where the text has it. */
export interface FoundDate {
  readonly hint: DateHint
  readonly at: number
  readonly end: number
}

/** The dates of a text. What is read once is not read again as something else. */
export class FoundDates {
  readonly #taken: Uint8Array
  readonly #found: FoundDate[] = []

  constructor(length: number) {
    this.#taken = new Uint8Array(length)
  }

  get isEmpty(): boolean {
    return this.#found.length === 0
  }

  isFree(at: number, end: number): boolean {
    return !this.#taken.subarray(at, end).includes(1)
  }

  /** Keeps a hint, where nothing is read yet. A day that does not exist is taken from the text, and is no hint. */
  take(hint: DateHint, at: number, end: number): void {
    if (!this.isFree(at, end)) return
    this.#taken.fill(1, at, end)
    this.keep(hint, at, end)
  }

  /** Keeps a further hint of a part that is taken. */
  keep(hint: DateHint, at: number, end: number): void {
    if ('unit' in hint || isDate(hint)) this.#found.push({ hint, at, end })
  }

  /** In the order of the text. `4/27 and 4/28/2023`: a date of a list takes the year that follows it. */
  inOrder(text: string): DateHint[] {
    const found = this.#found.toSorted((a, b) => a.at - b.at)
    const hints: DateHint[] = []
    let after: (FoundDate & { hint: CalendarDate }) | undefined
    for (const date of found.toReversed()) {
      if ('unit' in date.hint) {
        hints.push(date.hint)
        after = undefined
        continue
      }
      const inList = after !== undefined && isListed(text.slice(date.end, Math.max(date.end, after.at)))
      const hint = inList ? withYear(date.hint, after?.hint.year) : date.hint
      hints.push(hint)
      after = { ...date, hint }
    }
    return hints.toReversed()
  }
}

function isListed(between: string): boolean {
  return between.length < 12 && /^[\s,]*(?:\p{L}{1,4}|[-–])?[\s,]*$/u.test(between)
}

function withYear(date: CalendarDate, year: number | undefined): CalendarDate {
  if (date.year !== undefined || year === undefined || date.month === undefined) return date
  const { month, day } = date
  const dated = { year, month, day }
  return isDate(dated) ? dated : date
}
