/** A unit of time that a query may name. */
export type DateUnit = 'day' | 'week' | 'month' | 'year'

/** A year, a month or a day of the calendar, in UTC. Without a year it stands for that time of every year. */
export interface CalendarDate {
  readonly year?: number | undefined
  /** 1 to 12. */
  readonly month?: number | undefined
  /** 1 to 31. */
  readonly day?: number | undefined
  /** True for what may be no date, such as `4/27`: it counts half. */
  readonly weak?: boolean | undefined
}

/** A stretch of time counted from now. UTC milliseconds; `to` is past its end. */
export interface RelativeDate {
  readonly unit: DateUnit
  readonly from: number
  readonly to: number
}

/** What a query says about a time. */
export type DateHint = CalendarDate | RelativeDate

/** The milliseconds of a day, in UTC. */
export const dayLength = 86_400_000

/** Whether a date exists. The 29th of February does without a year, and in leap years. */
export function isDate({ year = 2000, month, day }: CalendarDate): boolean {
  if (!(year >= 1000 && year <= 9999)) return false
  if (month === undefined) return day === undefined
  if (!(month >= 1 && month <= 12)) return false
  return day === undefined || (day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate())
}

/** Whether a number alone is a year: 1900 to 2099. */
export function isYear(number: number): boolean {
  return number >= 1900 && number <= 2099
}
