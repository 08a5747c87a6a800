import { MemoryError } from '@agentmem/core/adapter'
import type { Sender, TakeSender } from './connection/sender.ts'

/** A connection within a time, else `TIMEOUT`. One that comes too late goes back to its pool. */
export function takeWithin(timeoutMs: number, take: TakeSender): TakeSender {
  return async () => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(tooLate(timeoutMs)), timeoutMs)
    const taken = take()
    try {
      return await Promise.race([taken, late])
    } catch (error) {
      taken.then(giveBack, () => undefined)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

function giveBack(sender: Sender): void {
  sender.release()
}

function tooLate(timeoutMs: number): MemoryError {
  return new MemoryError(
    'TIMEOUT',
    `No connection was free or could be opened within ${timeoutMs} ms; raise poolSize or acquireTimeoutMs, or see whether the server can be reached.`,
  )
}
