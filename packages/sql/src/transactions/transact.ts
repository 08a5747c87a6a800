import { MemoryError, throwIfAborted } from '@agentmem/core/adapter'
import type { Session, WriteSession } from '../database/session.ts'
import { mostAttempts, untilItPasses, waitAfter } from '../database/until-it-passes.ts'
import { PositionsTaken } from '../database/positions-taken.ts'
import { isCommitted, leaveMark, unknownOutcome } from './commit-marks.ts'
import type { CommitMark } from './commit-marks.ts'

/** How often the Store asks whether an unanswered COMMIT was done: for 30 s on average, since no caller can find out. */
const mostQuestions = 35

export interface Transaction<T> {
  readonly work: (session: WriteSession) => Promise<T>
  /** True when doing it twice is as good as once. */
  readonly repeatable: boolean
  readonly signal: AbortSignal | undefined
  /** Told each time that a repeatable transaction comes to its COMMIT. */
  readonly onCommit?: (() => void) | undefined
}

/** A transaction that has come to its COMMIT. */
interface Sent<T> {
  readonly result: T
  readonly mark: CommitMark
}

/**
 * One transaction: all of it, or none when `work` throws or the call is aborted before the COMMIT. Where a database
 * has errors that pass, it is tried again after them.
 */
export function transact<T>(session: Session, transaction: Transaction<T>): Promise<T> {
  const { flavor } = session
  const { work, repeatable, signal, onCommit } = transaction
  if (flavor.isPassing && !repeatable) return transactOnce(session, transaction)
  return untilItPasses(flavor, signal, () => attempt(session, signal, work, onCommit))
}

/**
 * A transaction that must not be done twice. It leaves a mark. When its COMMIT is not answered, the Store looks for the
 * mark, and writes again only if it is not there. One loop does both: each turn is a write, or a question about the last.
 */
async function transactOnce<T>(session: Session, { work, signal }: Transaction<T>): Promise<T> {
  const marked = async (writing: WriteSession): Promise<Sent<T>> => ({
    result: await work(writing),
    mark: await leaveMark(writing),
  })
  let sent: Sent<T> | undefined
  let failure: unknown
  for (let [writes, questions] = [1, 0]; ;) {
    try {
      if (!sent) return (await attempt(session, signal, marked, last => (sent = last))).result
      if (await wasCommitted(session, sent.mark)) return sent.result
      sent = undefined
      questions = 0
    } catch (error) {
      // Of a COMMIT that was not answered in time nobody knows whether it was done either.
      const isLate = sent !== undefined && MemoryError.is(error) && error.code === 'TIMEOUT'
      const passes = error instanceof PositionsTaken || session.flavor.isPassing?.(error)
      if (!isLate && !passes) throw error
      if (questions === 0) failure = error
      if (sent) {
        if (questions === mostQuestions || (isLate && questions > 0)) throw unknownOutcome(failure)
        // The first is asked at once. None is aborted: only its answer tells whether the change was made.
        if (questions > 0) await waitAfter(questions)
        questions++
        continue
      }
    }
    if (writes === mostAttempts) throw failure
    await waitAfter(writes++, signal)
  }
}

function attempt<T>(
  session: Session,
  signal: AbortSignal | undefined,
  work: (session: WriteSession) => Promise<T>,
  beforeCommit?: (result: T) => void,
): Promise<T> {
  return session.db.transaction().execute(async db => {
    throwIfAborted(signal)
    const result = await work({ ...session, db })
    throwIfAborted(signal)
    beforeCommit?.(result)
    return result
  })
}

/** To be asked under the lock of the log: it is free once the transaction in question has ended, one way or the other. */
function wasCommitted(session: Session, mark: CommitMark): Promise<boolean> {
  return session.db.transaction().execute(async db => {
    await session.flavor.lockLog?.(db)
    return isCommitted({ ...session, db }, mark)
  })
}
