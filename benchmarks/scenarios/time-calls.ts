import type { CellRow } from '../measured/cell.ts'

export interface TimedCalls {
  /** Milliseconds of each call, failed ones among them. */
  readonly calls: readonly number[]
  readonly failures: number
  /** Milliseconds from the first call to the end of the last. */
  readonly ms: number
}

/** Makes calls and times each by itself. As many as `concurrency` are in flight at a time, default 1. */
export async function timeCalls(
  count: number,
  call: (i: number) => Promise<unknown>,
  concurrency = 1,
): Promise<TimedCalls> {
  const calls: number[] = []
  let failures = 0
  let next = 0
  const start = performance.now()
  const work = async (): Promise<void> => {
    while (next < count) {
      const i = next++
      const from = performance.now()
      await call(i).catch(() => failures++)
      calls.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return { calls, failures, ms: performance.now() - start }
}

/** A row whose rate is that of all its calls together. */
export function rowOf(what: string, size: number, timed: TimedCalls, itemsOfCall = 1): CellRow {
  const { calls, failures, ms } = timed
  return {
    what,
    size,
    samples: { 'items/s': [((calls.length - failures) * itemsOfCall * 1_000) / ms] },
    calls,
    failures,
  }
}
