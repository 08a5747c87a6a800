import type { MemoryError } from '../contracts/errors.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { PendingMemory, Postponed } from '../contracts/store-commit.ts'

/** A message is tried so often before it is parked. */
const mostAttempts = 8
/** The wait before the first repetition, in milliseconds; it doubles each time. */
const firstWait = 60_000

/** The row of a message that failed: to be taken later, or parked. What stopped at the budget is as it was. */
export function postponedBy(
  unit: PendingMemory,
  error: MemoryError,
  now: number,
  answer: string | undefined,
): Postponed {
  const attempts = unit.attempts + (error.code === 'BUDGET' ? 0 : 1)
  const wait = error.code === 'BUDGET' ? 0 : firstWait * 2 ** Math.min(attempts - 1, 10)
  return {
    key: keyOf(unit.record),
    attempts,
    notBefore: now + wait,
    parked: isParked(unit, error),
    reason: error.message.slice(0, 1_000),
    answer,
  }
}

/** True where trying again by itself is of no use: an answer that cannot be used, and too many failures. */
export function isParked({ attempts }: PendingMemory, error: MemoryError): boolean {
  if (error.code === 'BUDGET') return false
  return error.code === 'MODEL_ANSWER' || attempts + 1 >= mostAttempts
}
