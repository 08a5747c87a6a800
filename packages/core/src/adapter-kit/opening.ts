import { setTimeout as delay } from 'node:timers/promises'

import { MemoryError } from '../contracts/errors.ts'

/**
 * Runs the work of an `open...()`, whose name is `owner`, so that it throws nothing but a MemoryError. `errorOf` gives the
 * meaning of an error of the backend, undefined for one that it does not know.
 */
export async function opening<T>(
  owner: string,
  work: () => Promise<T>,
  errorOf?: (error: unknown) => MemoryError | undefined,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw errorOf?.(error) ?? MemoryError.from(error, `${owner} failed`)
  }
}

/** How long the end of a failed opening is waited for. */
const goodbyeMs = 1_000

/**
 * Closes what an opening that fails has opened. It is not waited for longer than a second: a server that did not answer
 * does not say goodbye either.
 */
export async function closeFailed(close: () => Promise<unknown>): Promise<void> {
  await Promise.race([close().catch(() => undefined), delay(goodbyeMs, undefined, { ref: true })])
}
