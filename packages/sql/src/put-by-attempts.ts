import { MemoryError } from '@agentmem/core/adapter'
import type { LogSpan, PutOptions, PutReceipt, StoredRecord } from '@agentmem/core/adapter'
import type { Session, WriteSession } from './database/session.ts'
import { isUnanswered } from './database/statement-limit.ts'
import { unknownOutcome } from './transactions/commit-marks.ts'
import type { Joined } from './transactions/join-transactions.ts'
import { newRows, put } from './calls/put.ts'

/** How a put is carried out. Both try it again when it fails in passing, as when a connection is lost. */
export interface PutRunners {
  readonly statement: <T>(work: () => Promise<T>) => Promise<T>
  /** `onCommit` is told before each COMMIT. */
  readonly transaction: <T>(work: (session: WriteSession) => Promise<T>, onCommit: () => void) => Promise<T>
}

/**
 * Puts records, in the database's own way where all are new, else in a transaction. Where an attempt is tried again, its reply
 * may have been lost and not the attempt: what it wrote is then answered as written. `known` is a position that the log had
 * before the call. An attempt that was not answered in time, and may have been done, is looked for once by another attempt;
 * when that cannot tell, the outcome is not known, and the error not retryable.
 */
export async function putByAttempts(
  { db, flavor }: Session,
  { statement, transaction }: PutRunners,
  joined: Joined,
  records: readonly StoredRecord[],
  options: PutOptions,
  known: number,
): Promise<PutReceipt> {
  let isLost = false
  /** True from the moment that the attempt that runs may be done. */
  let mayBeDone = false
  const counted = <Given extends unknown[], T>(work: (...given: Given) => Promise<T>): typeof work => {
    let attempts = 0
    return (...given) => {
      isLost ||= attempts++ > 0
      return work(...given)
    }
  }
  const putRecords = async (session: WriteSession): Promise<PutReceipt> => {
    mayBeDone = false
    const receipt = await put(session, records, options, isLost ? known : undefined)
    await joined.afterPut(session, records, receipt)
    // What the lost attempt wrote is not in the span of this one.
    return isLost ? { ...receipt, span: undefined } : receipt
  }
  const putInTransaction = (): Promise<PutReceipt> =>
    transaction(counted(putRecords), () => (mayBeDone = true))
  // What has joined is written in the Store's transaction, and putNew lets nobody into its own.
  const rows = flavor.putNew && joined.isEmpty && !options.history ? newRows(records, options) : undefined
  try {
    if (rows) {
      mayBeDone = true
      const span = await statement(
        counted(async (): Promise<LogSpan | undefined> => flavor.putNew?.(db, rows)),
      )
      if (span) return { duplicates: new Map(), span }
    }
    return await putInTransaction()
  } catch (error) {
    if (!mayBeDone || !isUnanswered(error)) throw error
    isLost = true
    return await putInTransaction().catch((failure: unknown) => {
      throw MemoryError.is(failure) && failure.retryable ? unknownOutcome(error) : failure
    })
  }
}
