import { checkTime, invalid } from '../checks/check-values.ts'
import type { MemoryError } from '../contracts/errors.ts'
import { show } from '../contracts/show-value.ts'
import type { TimeInput } from '../memory-api.ts'

/** A date, and optionally a time after a T or a space, and its zone. Years past 9999 as `toISOString` writes them. */
const written =
  /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)?)?$/

/**
 * A point in time that a caller gave, in UTC milliseconds. Text without a zone is UTC, whatever the zone of the machine,
 * and a date is its first moment: the same text is the same time everywhere. `name` names the time in the error.
 */
export function parseTime(time: TimeInput, name: string): number {
  const value = typeof time === 'string' ? fromText(time) : time instanceof Date ? time.getTime() : time
  if (Number.isNaN(value)) throw noTime(time, name)
  checkTime(value, name)
  return value
}

/** NaN for text that is no time, such as February 30: `Date.parse` would give another day. */
function fromText(text: string): number {
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    sign,
    hours = '0',
    minutes = '0',
  ] = written.exec(text) ?? []
  if (year === undefined || year === '-000000') return NaN
  const [wholeMonth, wholeDay] = [Number(month), Number(day)]
  const date = new Date(0)
  date.setUTCFullYear(Number(year), wholeMonth - 1, wholeDay)
  if (date.getUTCMonth() !== wholeMonth - 1 || date.getUTCDate() !== wholeDay) return NaN
  if (!isClock(hour, minute) || Number(second) > 59 || !isClock(hours, minutes)) return NaN
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  return date.getTime() + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second)) * 1_000 + ms
}

function isClock(hour: string, minute: string): boolean {
  return Number(hour) <= 23 && Number(minute) <= 59
}

function noTime(time: unknown, name: string): MemoryError {
  return invalid(
    `${name} is not a valid time: ${show(time)}; give a Date, UTC milliseconds or ISO 8601: '2024-02-29', ` +
      `'2024-02-29 18:30', '2024-02-29T18:30:00.000Z' or '2024-02-29T18:30:00+02:00'. Without a zone it is UTC.`,
  )
}
