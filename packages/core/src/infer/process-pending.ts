import { setTimeout } from 'node:timers/promises'
import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import type { CallOptions } from '../contracts/log.ts'
import { metaKey } from '../contracts/meta-key.ts'
import type { ProgressOptions } from '../contracts/progress.ts'
import type { Scope } from '../contracts/record.ts'
import { FlushLease } from '../follower/flush-lease.ts'
import { inferFacts } from './infer-facts.ts'
import type { Inferred } from './infer-facts.ts'
import type { Inferring } from './store-facts.ts'

/** Messages that are worked on together: some dozen windows. */
const pageSize = 1_000
/** A process that does not renew its lease for so long is taken for dead, in milliseconds. */
const leaseMs = 10_000
const [askAgainMs, askSeldomMs] = [200, 1_000]
/** Whoever has asked so often, and sees the lease renewed still, knows that its holder lives. */
const mostQuestions = 2 + leaseMs / askSeldomMs

export interface Processing {
  readonly scope: Scope
  readonly limit: number
  readonly retryParked: boolean
  readonly onProgress: ProgressOptions['onProgress']
  /** Whether it waits for the end of another process that is at it. If not, nothing is done. */
  readonly isPatient: boolean
}

/**
 * Works on what waits, oldest first, until nothing is left, the limit is reached or the budget spent. One process works on
 * the inbox of an organization at a time; another waits until that has ended, and then finds less.
 */
export async function processPending(
  inferring: Inferring,
  processing: Processing,
  options: CallOptions,
): Promise<Inferred> {
  const work = (): Promise<Inferred> => workOff(inferring, processing, options)
  return underInferLease(inferring, processing, options, work, nothing)
}

/**
 * Runs work on the inbox of an organization; one process does that at a time, and another waits for it. One that is not patient
 * waits no longer than it takes to know that the other one lives; the answer is then `idle`.
 */
export async function underInferLease<Result>(
  { parts: { store } }: Inferring,
  { scope: { orgId }, isPatient }: Processing,
  { signal }: CallOptions,
  work: () => Promise<Result>,
  idle?: Result,
): Promise<Result> {
  const lease = new FlushLease(store, metaKey('infer-lease', orgId), leaseMs)
  try {
    for (let questions = 1; !(await lease.take()); questions++) {
      if (idle && !isPatient && questions === mostQuestions) return idle
      const how = { signal, ref: isPatient }
      await setTimeout(isPatient ? askAgainMs : askSeldomMs, undefined, how).catch(() => undefined)
      throwIfAborted(signal)
    }
    return await lease.during(work)
  } finally {
    // The next process takes it over in any case.
    await lease.release().catch(() => undefined)
  }
}

const nothing: Inferred = { results: [], relations: [], dropped: [], failed: [], done: [] }

async function workOff(
  inferring: Inferring,
  { scope, limit, retryParked, onProgress }: Processing,
  options: CallOptions,
): Promise<Inferred> {
  const all = { results: [], relations: [], dropped: [], failed: [], done: [] } as {
    -readonly [Part in keyof Inferred]: Inferred[Part][number][]
  }
  let left = limit
  for (const state of retryParked ? (['parked', 'waiting'] as const) : (['waiting'] as const)) {
    for (let after = 0; left > 0;) {
      const { store, now } = inferring.parts
      const request = { scope, after, limit: Math.min(pageSize, left), state, now: now() }
      const page = await store.pending(request, { signal: options.signal })
      after = page.cursor
      left -= page.messages.length
      if (page.messages.length > 0) {
        const found = await inferFacts(inferring, page.messages, options)
        const index = all.done.length + all.failed.length
        all.results.push(...found.results)
        all.relations.push(...found.relations)
        all.dropped.push(...found.dropped)
        all.failed.push(...found.failed.map(failure => ({ ...failure, index: index + failure.index })))
        all.done.push(...found.done)
        onProgress?.({ done: all.done.length })
        // What the budget stopped waits as it was: the next page would be stopped as well.
        if (found.failed.some(({ error }) => MemoryError.is(error) && error.code === 'BUDGET')) return all
      }
      if (page.done) break
    }
  }
  return all
}
