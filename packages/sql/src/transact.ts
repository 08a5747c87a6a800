import { setTimeout as delay } from 'node:timers/promises'
import { throwIfAborted } from '@agentmem/core/adapter'
import { isCommitted, leaveMark, unknownOutcome } from './commit-marks.ts'
import type { CommitMark } from './commit-marks.ts'
import type { Flavor } from './flavor.ts'
import type { Session, WriteSession } from './session.ts'

/** How often a call is tried, its first time among them: for 4 s on average. */
const attempts = 10
/** How often it is asked whether a COMMIT came to be, which nobody else can find out: for 30 s on average. */
const patientAttempts = 35
/** The longest delay after the first failure; it doubles with each, up to `longestDelayMs`. */
const firstDelayMs = 30
const longestDelayMs = 2000

export interface Transaction<T> {
  readonly work: (session: WriteSession) => Promise<T>
  /** True when doing it twice is as good as once, so that it may simply be done again. */
  readonly repeatable: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * One transaction: all of it, or none when `work` throws or the call is aborted before the commit. Where a database
 * has errors that pass, it is tried again after them; where its COMMIT was not answered, it is asked first.
 */
export function transact<T>(session: Session, { work, repeatable, signal }: Transaction<T>): Promise<T> {
  const { flavor } = session
  const marked = flavor.isPassing !== undefined && !repeatable
  return untilItPasses(flavor, signal, async () => {
    let done: { readonly result: T; readonly mark: CommitMark | undefined } | undefined
    try {
      return await session.db.transaction().execute(async db => {
        throwIfAborted(signal)
        const writing = { ...session, db }
        const result = await work(writing)
        const mark = marked ? await leaveMark(writing) : undefined
        throwIfAborted(signal)
        done = { result, mark }
        return result
      })
    } catch (error) {
      // Where it had not come to the COMMIT, nothing was written.
      const { mark, result } = done ?? {}
      if (mark && flavor.isPassing?.(error) && (await wasCommitted(session, mark, error))) return result as T
      throw error
    }
  })
}

/** Runs `work` again while it fails in ways that pass, after random delays: the "full jitter" of https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
export async function untilItPasses<T>(
  flavor: Pick<Flavor, 'isPassing'>,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  most: number = attempts,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === most || !flavor.isPassing?.(error)) throw error
      throwIfAborted(signal)
    }
    await delay(Math.random() * Math.min(firstDelayMs * 2 ** attempt, longestDelayMs))
    throwIfAborted(signal)
  }
}

/** The lock of the log is got when the transaction in question has ended, one way or the other. */
async function wasCommitted(session: Session, mark: CommitMark, lost: unknown): Promise<boolean> {
  const { flavor } = session
  try {
    const ask = (): Promise<boolean> =>
      session.db.transaction().execute(async db => {
        await flavor.lockLog?.(db)
        return isCommitted({ ...session, db }, mark)
      })
    return await untilItPasses(flavor, undefined, ask, patientAttempts)
  } catch (error) {
    throw flavor.isPassing?.(error) ? unknownOutcome(lost) : error
  }
}
