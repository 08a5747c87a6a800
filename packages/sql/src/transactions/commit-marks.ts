import { MemoryError } from '@agentmem/core/adapter'
import type { Session, WriteSession } from '../database/session.ts'
import { marksKey } from '../log/log.ts'

/** A mark is kept for this number of changes after its own. */
const keptMarks = 32

/** The mark of a change, and the newest mark before it; '' when there was none. */
export interface CommitMark {
  readonly own: string
  readonly before: string
}

/**
 * Leaves a mark of this transaction in `meta`, which is there exactly when its COMMIT was done. `meta` has the marks of
 * the last changes, newest first. The transaction must hold the lock of the log, so that marks are in their order.
 */
export async function leaveMark({ db }: WriteSession): Promise<CommitMark> {
  const marks = await readMarks({ db })
  const own = crypto.randomUUID()
  const value = [own, ...marks].slice(0, keptMarks).join(' ')
  if (marks.length > 0) await db.updateTable('meta').set({ value }).where('key', '=', marksKey).execute()
  else await db.insertInto('meta').values({ key: marksKey, value }).execute()
  return { own, before: marks[0] ?? '' }
}

/**
 * True when the transaction that left the mark was committed. Ask under the lock of the log, which that transaction held
 * until it ended. Throws `UNAVAILABLE` when too many changes came after it to know.
 */
export async function isCommitted(session: WriteSession, { own, before }: CommitMark): Promise<boolean> {
  const marks = await readMarks(session)
  if (marks.includes(own)) return true
  const allAreThere = before === '' ? marks.length < keptMarks : marks.includes(before)
  if (allAreThere) return false
  throw unknownOutcome(undefined)
}

/** Not retryable: what was asked may have been done. */
export function unknownOutcome(cause: unknown): MemoryError {
  const message =
    'The connection was lost while a change was committed, and whether it was done is not known; read what it was to change before you repeat it.'
  return new MemoryError('UNAVAILABLE', message, { cause, retryable: false })
}

async function readMarks({ db }: Pick<Session, 'db'>): Promise<string[]> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', marksKey).executeTakeFirst()
  return row ? row.value.split(' ') : []
}
