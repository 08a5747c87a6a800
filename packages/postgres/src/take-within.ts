import { MemoryError } from '@agentmem/core'
import type { Sender, TakeSender } from './sender.ts'

/** A connection within a time, else `TIMEOUT`. One that comes too late goes back to its pool. */
export function takeWithin(timeoutMs: number, take: TakeSender): TakeSender {
  return () =>
    new Promise<Sender>((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        reject(tooLate(timeoutMs))
      }, timeoutMs)
      const taken = take()
      taken.then(
        sender => {
          clearTimeout(timer)
          if (late) sender.release()
          else resolve(sender)
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(error)
        },
      )
    })
}

function tooLate(timeoutMs: number): MemoryError {
  return new MemoryError(
    'TIMEOUT',
    `No connection was free or could be opened within ${timeoutMs} ms; raise poolSize or acquireTimeoutMs, or see whether the server can be reached.`,
  )
}
