import { isYear } from './date-hints.ts'
import type { CalendarDate } from './date-hints.ts'
import type { FoundDates } from './found-dates.ts'
import { numberOf } from './number-of.ts'

interface Form {
  /** Each part of it is bounded, so that reading is linear. */
  readonly pattern: RegExp
  /** Undefined for what is no date, and is left to be read otherwise. */
  read(match: RegExpExecArray, order: 'day' | 'month'): CalendarDate | undefined
}

/** A year of two digits is one of this century. */
function yearOf(digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined
  return digits.length === 2 ? 2000 + Number(digits) : numberOf(digits)
}

// Numbers of Chinese and Japanese, in digits or in Han characters.
const notInNumber = '(?<![\\d〇零一二三四五六七八九十])'
const eastAsianYear = String.raw`${notInNumber}(\d{4}|[〇零一二三四五六七八九]{4})\s?[年년]`
const eastAsianNumber = String.raw`(\d{1,2}|[一二三四五六七八九十]{1,3})`
const eastAsianMonth = String.raw`${notInNumber}${eastAsianNumber}(?:\s?月|월(?![급요드])|\s월(?!\p{L}))`
const eastAsianDay = String.raw`\s?${eastAsianNumber}\s?(?:[日号號일]|(?![\d\p{L}]|[.,:]\d))`

const version = /(?:\p{L}|version\p{L}*\s|верси\p{L}*\s|(?:版本|バージョン|버전)\s?)$/iu

/** Forms of dates in numbers, the surer ones first. */
const forms: readonly Form[] = [
  // 2023-04-27, 2023/4/27, 2023.04.27
  {
    pattern: /(?<!\d|\d[-/.])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d|[-/.]\d)/g,
    read: ([, year, , month, day]) => ({ year: Number(year), month: Number(month), day: Number(day) }),
  },
  // 27.04.2023, 27. 4. 23, 27.4. - but not 3.12, and not version 3.12.1
  {
    pattern:
      /(?<!\d|\d[-/.])(\d{1,2})\.\s?(\d{1,2})\.(?:(?:\s?(\d{4})|(\d{2}))(?!\d|[-/.:]\d)|(?!\d|\s\d{1,2}\.))/g,
    read: ({ 1: day, 2: month, 3: long, 4: short, index, input, 0: { length } }) => {
      const year = long ?? short
      if (version.test(input.slice(Math.max(0, index - 16), index))) return undefined
      // `3.12.` at the end may be a number, and 1.2.34 a version.
      const isLast = input.slice(index + length, index + length + 9).trim() === ''
      const weak =
        year === undefined ? isLast : year === short && Number(day) <= 12 && !/0\d/.test(`${day}.${month}`)
      return { year: yearOf(year), month: Number(month), day: Number(day), ...(weak && { weak }) }
    },
  },
  // 4/27/2023, 27-04-2023, 4/27, which may be a fraction
  {
    pattern:
      /(?<!\d|\d[-/.]|[-/])(\d{1,2})(?:([-/])(\d{1,2})\2(\d{4}|(?<=\/)\d{2})|\/(\d{1,2}))(?!\d|[-/.:]\d|[-/])/g,
    read: ({ 0: text, 1: first, 3: second, 4: year, 5: alone }, order) => {
      if (text === '24/7') return undefined
      const [a, b] = [Number(first), Number(second ?? alone)]
      const dayFirst = a > 12 || (b <= 12 && order === 'day')
      const [day, month] = dayFirst ? [a, b] : [b, a]
      return { year: yearOf(year), month, day, ...(year === undefined && { weak: true }) }
    },
  },
  // 2023年4月27日, 4月27号, 四月二十七日, 4월 27일, 4月
  {
    pattern: new RegExp(`(?:${eastAsianYear}\\s?)?${eastAsianMonth}(?:${eastAsianDay})?`, 'gu'),
    read: ([, year, month = '', day]) => ({
      year: yearOf(year),
      month: numberOf(month),
      day: day === undefined ? undefined : numberOf(day),
    }),
  },
  // 2023-04
  {
    pattern: /(?<![\d-]|\d[/.])(\d{4})-(\d{2})(?![\d-]|[/.:]\d)/g,
    read: ([, year, month]) => ({ year: Number(year), month: Number(month) }),
  },
  // 2023年
  {
    pattern: new RegExp(`${eastAsianYear}(?![代间間])`, 'gu'),
    read: ([, year]) => (isYear(yearOf(year) ?? 0) ? { year: yearOf(year) } : undefined),
  },
]

/** Reads the dates that are written in numbers. `order`: what `4/5/2023` begins with; it is tried the other way round if that is no month. */
export function readNumericDates(text: string, order: 'day' | 'month', dates: FoundDates): void {
  for (const form of forms) {
    for (const match of text.matchAll(form.pattern)) {
      const date = form.read(match, order)
      if (date !== undefined) dates.take(date, match.index, match.index + match[0].length)
    }
  }
}
