import { MemoryError } from '@agentmem/core/adapter'
import type { WriteSession } from './session.ts'

/**
 * Another writer has taken positions that only this transaction may take, as where a lock excludes fewer than everybody.
 * All is undone, and done again behind them: a reader of the log would pass over rows that are not of one writer.
 */
export class PositionsTaken extends MemoryError {
  constructor() {
    super('UNAVAILABLE', 'Another writer took the same place in the log; try again.', { retryable: true })
  }
}

/** Throws `PositionsTaken` when a row behind `head`, where this transaction found the end of the log, is none of `ids`. */
export async function refuseOthers(
  { db }: WriteSession,
  head: number,
  ids: ReadonlySet<string>,
): Promise<void> {
  const rows = await db.selectFrom('memories').select('id').where('seq', '>', head).execute()
  if (rows.some(({ id }) => !ids.has(id))) throw new PositionsTaken()
}
