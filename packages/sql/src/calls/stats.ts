import type { StoreStats } from '@agentmem/core/adapter'
import type { Session } from '../database/session.ts'
import { readLog } from '../log/log.ts'

/** Counts the memories, and reads what the database says of its size. */
export async function stats(session: Session): Promise<StoreStats> {
  const { flavor, db } = session
  const { memories } = await db
    .selectFrom('memories')
    .select(eb => eb.fn.countAll<number>().as('memories'))
    .executeTakeFirstOrThrow()
  const { head } = await readLog(session)
  return { memories, head, ...(await flavor.stats(db)) }
}
