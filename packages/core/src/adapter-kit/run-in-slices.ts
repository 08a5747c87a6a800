import { setImmediate } from 'node:timers/promises'

/** How long a thread works, in milliseconds, before it answers those who wait. */
const sliceMs = 1

/**
 * Runs the steps to their end, or until `isStopped`, and lets messages in after each slice of about a millisecond.
 * A step should take less.
 */
export async function runInSlices(steps: Generator<void>, isStopped = (): boolean => false): Promise<void> {
  let sliceEnd = performance.now() + sliceMs
  while (!steps.next().done) {
    if (performance.now() < sliceEnd) continue
    await setImmediate()
    if (isStopped()) return
    sliceEnd = performance.now() + sliceMs
  }
}
