import { embedderKey, modelMismatch } from '@agentmem/core/adapter'
import type { LogHead, VectorWriteOptions } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { ExpressionBuilder } from 'kysely'
import type { LogState } from '../database/flavor.ts'
import type { WriteSession, Session } from '../database/session.ts'
import type { Tables } from '../database/tables.ts'

/** The key in `meta` that is there once a record without a dedupe key has been added. */
export const plainKey = 'agentmem:plain'
/** The key in `meta` that holds the marks of the last changes: see `CommitMarks`. */
export const marksKey = 'agentmem:marks'

/** Makes this transaction the only one that writes to the log until it ends, and reads the state of the log. */
export async function takeLog(session: WriteSession): Promise<LogState> {
  const { db, flavor } = session
  if (flavor.takeLog) return flavor.takeLog(db, plainKey)
  await flavor.lockLog?.(db)
  const state = await readLog(session)
  if (state.isMisled) await flavor.statistics?.renew(db, state.head)
  return state
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
        newest(eb, 'memories').as('live'),
        newest(eb, 'tombstones').as('gone'),
        newest(eb, 'pending').as('waiting'),
        eb
          .selectFrom('memory_sources')
          .select(eb => eb.fn.min('memory_id').as('id'))
          .as('source'),
        eb.selectFrom('meta').select('value').where('key', '=', plainKey).as('plain'),
        eb.selectFrom('meta').select('value').where('key', '=', embedderKey).as('embedder'),
        (session.flavor.statistics?.mislead ?? sql<boolean | null>`null`).as('misled'),
      ]),
    [plainKey, embedderKey],
  )
  const [row] = rows
  return {
    head: Math.max(row?.live ?? 0, row?.gone ?? 0),
    hasPlain: (row?.plain ?? null) !== null,
    hasPending: (row?.waiting ?? null) !== null,
    hasSources: (row?.source ?? null) !== null,
    embedder: row?.embedder ?? undefined,
    isMisled: row?.misled === true,
  }
}

/** Reads where the log ends, and its lineage in the same statement. */
export async function readHead(session: Session): Promise<LogHead> {
  const lineage = session.flavor.lineage ?? sql<string | null>`null`
  const { rows } = await session.statements.run(
    session,
    'head',
    () =>
      session.db.selectNoFrom(eb => [
        newest(eb, 'memories').as('live'),
        newest(eb, 'tombstones').as('gone'),
        lineage.as('lineage'),
      ]),
    [],
  )
  const [row] = rows
  return { position: Math.max(row?.live ?? 0, row?.gone ?? 0), lineage: row?.lineage ?? undefined }
}

/** The greatest position of a table. */
function newest(eb: ExpressionBuilder<Tables, never>, table: 'memories' | 'tombstones' | 'pending') {
  return eb.selectFrom(table).select(eb => eb.fn.max('seq').as('seq'))
}
