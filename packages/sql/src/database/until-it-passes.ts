import { setTimeout as delay } from 'node:timers/promises'
import { throwIfAborted } from '@agentmem/core/adapter'
import type { Flavor } from './flavor.ts'
import { PositionsTaken } from './positions-taken.ts'

/** How often a call is tried, the first time included. The delays between take 5 s on average. */
export const mostAttempts = 10
/** The longest delay is twice this after the first failure, and doubles with each, up to `longestDelayMs`. */
const firstDelayMs = 30
const longestDelayMs = 2000

/**
 * Runs `work`, which may be done twice, again while it fails with errors that pass. Where the database has none it
 * is run once.
 */
export async function untilItPasses<T>(
  flavor: Pick<Flavor, 'isPassing'>,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!flavor.isPassing) return work()
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === mostAttempts || !(error instanceof PositionsTaken || flavor.isPassing(error)))
        throw error
    }
    await waitAfter(attempt, signal)
  }
}

/**
 * Waits for a random time after an attempt that failed, counted from 1: the "full jitter" of
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/. Throws `ABORTED`.
 */
export async function waitAfter(attempt: number, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal)
  await delay(Math.random() * Math.min(firstDelayMs * 2 ** attempt, longestDelayMs))
  throwIfAborted(signal)
}
