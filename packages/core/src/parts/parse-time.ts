import { checkTime, invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { TimeInput } from '../memory-api.ts'

/** A point in time that a caller gave, in UTC milliseconds. `name` names it in the error. */
export function parseTime(time: TimeInput, name: string): number {
  const value = typeof time === 'string' ? Date.parse(time) : time instanceof Date ? time.getTime() : time
  if (Number.isNaN(value))
    throw invalid(`${name} is not a valid time: ${show(time)}; give a Date, ms or ISO 8601.`)
  checkTime(value, name)
  return value
}
