import type { StoreStats } from '@agentmem/core/adapter'
import type { Session } from '../database/session.ts'
import { readLog } from '../log/log.ts'

/** Counts the memories and the rows of the inbox, and reads what the database says of its size. */
export async function stats(session: Session): Promise<StoreStats> {
  const { flavor, db } = session
  const { memories } = await db
    .selectFrom('memories')
    .select(eb => eb.fn.countAll<number>().as('memories'))
    .executeTakeFirstOrThrow()
  const rows = await db
    .selectFrom('pending')
    .select([
      'parked',
      eb => eb.fn.countAll().as('count'),
      eb => eb.fn.min<string | number>('at').as('oldest'),
    ])
    .groupBy('parked')
    .execute()
  const [waiting, parked] = [0, 1].map(state => rows.find(row => row.parked === state))
  const inbox = {
    // A driver with parsers of its own gives integers of 64 bits as text.
    waiting: Number(waiting?.count ?? 0),
    parked: Number(parked?.count ?? 0),
    ...(waiting && { oldestWaiting: Number(waiting.oldest) }),
  }
  const { head } = await readLog(session)
  return { memories, head, ...inbox, ...(await flavor.stats(db)) }
}
