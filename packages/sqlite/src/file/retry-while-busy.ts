import { setTimeout as delay } from 'node:timers/promises'
import { isBusy } from './sqlite-error.ts'

/** The longest that a delay may be; the first is at most 1 ms, and the limit doubles with each. */
const longestDelayMs = 16

/**
 * Runs `work` again while it fails because another process has the lock, for `timeoutMs` milliseconds; then throws the
 * last error. SQLite's own waiting sleeps in the thread and so would stop the event loop; these delays do not. They are
 * random, so that two processes that wait do not keep step.
 */
export async function retryWhileBusy<T>(timeoutMs: number, work: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (let longest = 1; ; longest = Math.min(longest * 2, longestDelayMs)) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await delay(Math.random() * longest)
  }
}
