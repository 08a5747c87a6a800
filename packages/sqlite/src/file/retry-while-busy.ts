import { setTimeout as delay } from 'node:timers/promises'
import { isBusy } from './sqlite-error.ts'

const longestDelayMs = 16

/**
 * Runs `work` again while another process has the lock. SQLite's own waiting sleeps in the thread and so
 * would stop the event loop; this waits beside it, for a random time so that two that wait do not keep step.
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
