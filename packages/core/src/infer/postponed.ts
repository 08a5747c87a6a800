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

/** What is not the fault of what was asked. */
const circumstances: ReadonlySet<string> = new Set([
  'BUDGET',
  'CONFLICT',
  'ABORTED',
  'CLOSED',
  'MODEL_MISMATCH',
])

/**
 * True where trying again by itself is of no use: an answer that cannot be used, what an adapter says cannot be repeated, such
 * as a request that the endpoint refuses, and too many failures. What was thrown without a word about that (it is the
 * cause of a MemoryError then) may pass.
 */
export function isParked({ attempts }: PendingMemory, error: MemoryError): boolean {
  if (error.code === 'BUDGET') return false
  const mayPass = error.retryable || error.cause !== undefined || circumstances.has(error.code)
  return !mayPass || attempts + 1 >= mostAttempts
}
