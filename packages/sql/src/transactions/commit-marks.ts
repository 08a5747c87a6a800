import { MemoryError } from '@agentmem/core/adapter'
import type { Session, WriteSession } from '../database/session.ts'
import { marksKey } from '../log/log.ts'

/** A change that cannot be told from another by what it wrote stays known for as many changes after it. */
const keptMarks = 32

/** A change's own mark, and the one that stood first when it was made; '' when there was none. */
export interface CommitMark {
  readonly own: string
  readonly before: string
}

/**
 * Leaves a mark of this transaction in `meta`, to be found there exactly when its COMMIT came to be. The marks of
 * the last changes stand there, newest first. Only where the log is locked, so that marks stand in their order.
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
 * Whether the transaction that left the mark was committed; to be asked under the lock of the log, which that
 * transaction held until it ended. Throws when so many others came after it that it can no longer be told.
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
    'The connection was lost while a change was committed, and it cannot be told whether it came to be; read what it was about before it is asked for again.'
  return new MemoryError('UNAVAILABLE', message, { cause, retryable: false })
}

async function readMarks({ db }: Pick<Session, 'db'>): Promise<string[]> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', marksKey).executeTakeFirst()
  return row ? row.value.split(' ') : []
}
