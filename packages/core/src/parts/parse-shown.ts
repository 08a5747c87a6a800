import { checkBoolean, invalid } from '../checks/check-values.ts'
import type { TimeInput } from '../memory-api.ts'
import { parseTime } from './parse-time.ts'
import type { Shown } from './visibility.ts'

/** What a call may say of the past. */
export interface ShownOptions {
  readonly superseded?: boolean | undefined
  readonly asOf?: TimeInput | undefined
  readonly deleted?: boolean | undefined
}

/** Checks which memories a call is about beside those in force. */
export function parseShown({ superseded, asOf, deleted }: ShownOptions): Shown {
  checkBoolean(superseded, 'superseded')
  checkBoolean(deleted, 'deleted')
  if (superseded && asOf !== undefined)
    throw invalid('superseded and asOf go alone: asOf shows what held then, whatever took its place.')
  if (deleted && (superseded || asOf !== undefined))
    throw invalid('deleted shows what is hidden and nothing else; leave superseded and asOf out.')
  return { superseded, deleted, asOf: asOf === undefined ? undefined : parseTime(asOf, 'asOf') }
}
