import { embedderKey, modelMismatch, unpackVector } from '@agentmem/core/adapter'
import type { LogPage, VectorWriteOptions } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { LogState } from '../database/flavor.ts'
import type { WriteSession, Session } from '../database/session.ts'

/** The key in `meta` that is there once a record without a dedupe key has been added. */
export const plainKey = 'agentmem:plain'
/** The key in `meta` that holds the marks of the last changes: see `CommitMarks`. */
export const marksKey = 'agentmem:marks'

/** Makes this transaction the only one that writes to the log until it ends, and reads the state of the log. */
export async function takeLog(session: WriteSession): Promise<LogState> {
  const { db, flavor } = session
  if (flavor.takeLog) return flavor.takeLog(db, plainKey)
  await flavor.lockLog?.(db)
  return readLog(session)
}

/** Does the same for a transaction that writes vectors. Throws `MODEL_MISMATCH` when they are of another model. */
export async function takeLogFor(session: WriteSession, { embedder }: VectorWriteOptions): Promise<LogState> {
  const state = await takeLog(session)
  if (embedder === undefined || embedder === state.embedder) return state
  throw modelMismatch(session.flavor.name, state.embedder, embedder)
}

/**
 * Reads the state of the log. A change moves its record to a new position, and a delete takes one for its tombstone: so
 * the newest change is at the greatest position of both tables, the ends of their primary keys.
 */
export async function readLog(session: Session): Promise<LogState> {
  const { rows } = await session.statements.run(
    session,
    'log',
    () =>
      session.db.selectNoFrom(eb => [
        eb
          .selectFrom('memories')
          .select(eb => eb.fn.max('seq').as('seq'))
          .as('live'),
        eb
          .selectFrom('tombstones')
          .select(eb => eb.fn.max('seq').as('seq'))
          .as('gone'),
        eb.selectFrom('meta').select('value').where('key', '=', plainKey).as('plain'),
        eb.selectFrom('meta').select('value').where('key', '=', embedderKey).as('embedder'),
      ]),
    [plainKey, embedderKey],
  )
  const [row] = rows
  return {
    head: Math.max(row?.live ?? 0, row?.gone ?? 0),
    hasPlain: (row?.plain ?? null) !== null,
    embedder: row?.embedder ?? undefined,
  }
}

/**
 * A page of the log. One statement reads both tables: two would see two states, and could miss a change between them.
 * The rows are merged here, since a database would sort them with their vectors.
 */
export async function changes(
  session: Session,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<LogPage> {
  const { rows } = await session.statements.run(session, 'changes', () => changesQuery(session), [
    after,
    limit + 1,
    after,
    limit + 1,
  ])
  const page = rows.toSorted((a, b) => a.seq - b.seq).slice(0, limit)
  const latest = new Map<string, (typeof page)[number]>()
  for (const row of page) {
    latest.delete(row.id)
    latest.set(row.id, row)
  }
  const [upserts, deletes]: [LogPage['upserts'][number][], string[]] = [[], []]
  for (const { id, orgId, userId, agentId, runId, vector } of latest.values()) {
    if (orgId === null || vector === null) {
      deletes.push(id)
    } else {
      const scope = {
        orgId,
        userId: userId ?? undefined,
        agentId: agentId ?? undefined,
        runId: runId ?? undefined,
      }
      upserts.push({ id, scope, vector: unpackVector(vector) })
    }
  }
  return { upserts, deletes, cursor: page.at(-1)?.seq ?? after, done: rows.length <= limit }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type is the selection's
function changesQuery({ db }: Session) {
  const live = db
    .selectFrom('memories')
    .select(eb => ['seq', 'id', eb.ref('org_id').$castTo<string | null>().as('orgId')])
    .select(['user_id as userId', 'agent_id as agentId', 'run_id as runId'])
    .select(eb => eb.ref('vector').$castTo<Uint8Array | null>().as('vector'))
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
  const none = sql<null>`null`
  // A bare null has no type, and strict databases want the same type on both sides of a union.
  const noVector = db.selectFrom('memories').select('vector').where('seq', '=', sql.lit(0))
  const gone = db
    .selectFrom('tombstones')
    .select([
      'seq',
      'id',
      none.as('orgId'),
      none.as('userId'),
      none.as('agentId'),
      none.as('runId'),
      sql<Uint8Array | null>`(${noVector})`.as('vector'),
    ])
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
  return db
    .selectFrom(live.as('live'))
    .selectAll()
    .unionAll(db.selectFrom(gone.as('gone')).selectAll())
}
