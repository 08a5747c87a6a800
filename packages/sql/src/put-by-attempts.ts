import type { LogSpan, PutOptions, PutReceipt, StoredRecord } from '@agentmem/core/adapter'
import type { Session, WriteSession } from './database/session.ts'
import type { Joined } from './transactions/join-transactions.ts'
import { newRows, put } from './calls/put.ts'

/** How a put is carried out. Both try it again when it fails in passing, as when a connection is lost. */
export interface PutRunners {
  readonly statement: <T>(work: () => Promise<T>) => Promise<T>
  readonly transaction: <T>(work: (session: WriteSession) => Promise<T>) => Promise<T>
}

/**
 * Puts records, in the database's own way where all are new, else in a transaction. Where an attempt is tried again, its reply
 * may have been lost and not the attempt: what it wrote is then answered as written. `known` is a position that the log had
 * before the call.
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
  const counted = <Given extends unknown[], T>(work: (...given: Given) => Promise<T>): typeof work => {
    let attempts = 0
    return (...given) => {
      isLost ||= attempts++ > 0
      return work(...given)
    }
  }
  // What has joined is written in the Store's transaction, and putNew lets nobody into its own.
  const rows = flavor.putNew && joined.isEmpty && !options.history ? newRows(records, options) : undefined
  const putNew = async (): Promise<LogSpan | undefined> => rows && flavor.putNew?.(db, rows)
  const span = rows && (await statement(counted(putNew)))
  if (span) return { duplicates: new Map(), span }
  const work = async (session: WriteSession): Promise<PutReceipt> => {
    const receipt = await put(session, records, options, isLost ? known : undefined)
    await joined.afterPut(session, records, receipt)
    // What the lost attempt wrote is not in the span of this one.
    return isLost ? { ...receipt, span: undefined } : receipt
  }
  return transaction(counted(work))
}
