import type { Call } from './call.ts'
import { readCalls } from './read-calls.ts'
import { writeCalls } from './write-calls.ts'

/** Every call by its name: `POST /api/NAME`. */
export const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ...named(readCalls, false),
  ...named(writeCalls, true),
])

function named(calls: Readonly<Record<string, Omit<Call, 'writes'>>>, writes: boolean): [string, Call][] {
  return Object.entries(calls).map(([name, call]) => [name, { ...call, writes }])
}
