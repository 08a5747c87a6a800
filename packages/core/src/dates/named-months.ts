import { isMonthAlone, isWordToo } from './ambiguous-names.ts'
import type { Calendar } from './calendar.ts'
import { isYear } from './date-hints.ts'
import type { FoundDates } from './found-dates.ts'
import type { Token } from './tokens.ts'

/** A number or several tokens that say it, from `first` up to before `next`. */
interface Span {
  readonly value: number
  readonly first: number
  readonly next: number
}

/** What may stand between a day, a month and a year: `27 de abril`. */
const links = new Set('of the de do da d di del dei den der du le el ngay من'.split(' '))
const ordinals = new Set('st nd rd th er re e eme o a de ste i го е ое г'.split(' '))

/** Reads the months that are named, with the day and the year beside them. */
export function readNamedMonths(tokens: readonly Token[], calendar: Calendar, dates: FoundDates): void {
  const reader = new BesideMonth(tokens, dates)
  for (let i = 0; i < tokens.length; i++) {
    const found = calendar.months.find(tokens, i)
    if (found === undefined) continue
    const last = i + found.length - 1
    const { month, long } = found.meaning
    if (month !== undefined) reader.read(i, last, found.name, month, long)
    i = last
  }
}

class BesideMonth {
  readonly #tokens: readonly Token[]
  readonly #dates: FoundDates

  constructor(tokens: readonly Token[], dates: FoundDates) {
    this.#tokens = tokens
    this.#dates = dates
  }

  read(first: number, last: number, name: string, month: number, long: boolean): void {
    const before = this.#dayBefore(first)
    const after = before ? undefined : this.#dayAfter(last + 1)
    const day = before ?? after
    const other = before ? this.#rangeBefore(before.first) : after && this.#rangeAfter(after.next)
    const next = Math.max(last + 1, after?.next ?? 0, other?.next ?? 0)
    const yearAt = this.#yearAfter(next) ?? (before ? undefined : this.#yearBefore(first))
    const isAlone = day === undefined && yearAt === undefined
    if (isAlone && !(long && isMonthAlone(name, this.#tokens, first))) return
    if (!long && isWordToo(name) && !this.#isAbbreviated(first, last, before, yearAt)) return
    const year = yearAt === undefined ? undefined : this.#tokens[yearAt]?.number
    const start = Math.min(first, day?.first ?? first, other?.first ?? first, yearAt ?? first)
    const end = Math.max(next - 1, yearAt ?? 0)
    const [at, to] = [this.#tokens[start]?.at ?? 0, this.#tokens[end]?.end ?? 0]
    const days = before ? [other, before] : [day, other]
    const [earlier, later] = days.filter(part => part !== undefined)
    this.#dates.take({ year, month, day: earlier?.value }, at, to)
    if (later) this.#dates.keep({ year, month, day: later.value }, at, to)
  }

  /** `5 set.`, `5 de set` and `5 set 2023`, but not `3 out of 5`. */
  #isAbbreviated(first: number, last: number, before: Span | undefined, yearAt: number | undefined): boolean {
    if (before === undefined) return false
    return before.next < first || this.#tokens[last + 1]?.text === '.' || yearAt === last + 1
  }

  /** `27 April`, `27. April`, `27th of April`. */
  #dayBefore(first: number): Span | undefined {
    return this.#dayEnding(first) ?? (this.#isBetween(first - 1) ? this.#dayEnding(first - 1) : undefined)
  }

  /** `April 27`, `Apr. 27th`, `April the 27th`. */
  #dayAfter(next: number): Span | undefined {
    return this.#dayAt(next) ?? (this.#isBetween(next) ? this.#dayAt(next + 1) : undefined)
  }

  /** `11-15 August`, `11.-15. August`. */
  #rangeBefore(first: number): Span | undefined {
    if (!this.#isDash(first - 1)) return undefined
    return this.#dayEnding(this.#tokens[first - 2]?.text === '.' ? first - 2 : first - 1)
  }

  /** `August 11-15`. */
  #rangeAfter(next: number): Span | undefined {
    return this.#isDash(next) ? this.#dayAt(next + 1) : undefined
  }

  #yearAfter(next: number): number | undefined {
    let i = next
    while (i < next + 2 && (this.#isBetween(i) || this.#tokens[i]?.text === ',')) i++
    return this.#isYear(i) ? i : undefined
  }

  #yearBefore(first: number): number | undefined {
    return this.#isYear(first - 1) ? first - 1 : undefined
  }

  #isYear(i: number): boolean {
    const token = this.#tokens[i]
    return token !== undefined && isYear(token.number) && this.#dates.isFree(token.at, token.end)
  }

  /** A day whose last token is before `next`. */
  #dayEnding(next: number): Span | undefined {
    for (const length of [1, 2, 3]) {
      const day = this.#dayAt(next - length)
      if (day?.next === next) return day
    }
    return undefined
  }

  /** A day that begins at a token: a number of its own, with its ordinal ending. */
  #dayAt(i: number): Span | undefined {
    const token = this.#tokens[i]
    if (token === undefined || !(token.number >= 1 && token.number <= 31) || token.text.length > 2) {
      return undefined
    }
    if (!this.#dates.isFree(token.at, token.end)) return undefined
    if (this.#joinsNumbers(i - 1) || this.#joinsNumbers(i + 1)) return undefined
    let next = i + 1
    if (this.#touches(i)) {
      const hyphen = this.#isDash(next) && this.#touches(next) ? 1 : 0
      const word = this.#tokens[next + hyphen]?.word ?? ''
      if (ordinals.has(word)) next += hyphen + 1
      else if (hyphen === 0 && /^[\p{L}%º]/u.test(word)) return undefined
    }
    return { value: token.number, first: i, next }
  }

  /** Whether a token makes one number or a time of two: 2.5, 3,000, 10:30. But `27,2023` is a day and a year. */
  #joinsNumbers(i: number): boolean {
    const text = this.#tokens[i]?.text ?? ''
    if (!/^[.:,/]$/.test(text) || !this.#touches(i - 1) || !this.#touches(i)) return false
    return this.#isNumber(i - 1) && this.#isNumber(i + 1) && !(text === ',' && this.#isYear(i + 1))
  }

  #isNumber(i: number): boolean {
    return /^\d/.test(this.#tokens[i]?.text ?? '')
  }

  /** Whether no space follows a token. */
  #touches(i: number): boolean {
    return this.#tokens[i]?.end === this.#tokens[i + 1]?.at
  }

  #isDash(i: number): boolean {
    return /^[-–]$/.test(this.#tokens[i]?.text ?? '')
  }

  #isBetween(i: number): boolean {
    const token = this.#tokens[i]
    return token !== undefined && (token.text === '.' || links.has(token.word))
  }
}
