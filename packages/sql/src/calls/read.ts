import { embedderKey, inScope } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { HistoryEntry, HistoryEvent, Key, MemoryRecord } from '@agentmem/core/adapter'
import { groupedBy } from '../database/grouped-by.ts'
import { isAmong } from '../database/is-among.ts'
import { rowsInParts } from '../database/list-parts.ts'
import type { Session } from '../database/session.ts'
import { recordOf, reuseKey, vectorOf } from '../database/record-rows.ts'
import { recordSelection, scopeSelection } from '../database/tables.ts'
import type { RecordRow } from '../database/record-rows.ts'
import type { HistoryTable } from '../database/tables.ts'

export async function get(session: Session, keys: readonly Key[]): Promise<(MemoryRecord | undefined)[]> {
  const { db, flavor } = session
  const rows = await rowsInParts(idsOf(keys), flavor, ids =>
    db
      .selectFrom('memories')
      .select(recordSelection)
      .where(eb => flavor.isOneOf(eb.ref('id'), ids))
      .execute(),
  )
  const byId = new Map((rows as RecordRow[]).map(row => [row.id, row]))
  return keys.map(key => {
    const row = byId.get(key.id)
    // A key that is asked for twice gets two answers that share nothing.
    return row && inScope(row, key) ? recordOf({ ...row }) : undefined
  })
}

export async function vectors(
  { db, flavor }: Session,
  keys: readonly Key[],
): Promise<(Float32Array | undefined)[]> {
  const rows = await rowsInParts(idsOf(keys), flavor, ids =>
    db
      .selectFrom('memories')
      .select(['id', ...scopeSelection, 'vector'])
      .where(eb => flavor.isOneOf(eb.ref('id'), ids))
      .execute(),
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  return keys.map(key => {
    const row = byId.get(key.id)
    return row && inScope(row, key) ? vectorOf(row.vector) : undefined
  })
}

/** The vector of each text: of several, that of the oldest record. */
export async function vectorsByHash(
  { db, flavor }: Session,
  hashes: readonly string[],
  embedder: string,
): Promise<(Float32Array | undefined)[]> {
  const rows = await rowsInParts(hashes, flavor, part => {
    const oldest = db
      .selectFrom('memories')
      .select(eb => eb.fn.min('seq').as('seq'))
      .where(eb => flavor.isOneOf(eb.ref('reuse_key'), part.map(reuseKey)))
      .where(eb => flavor.isOneOf(eb.ref('hash'), part))
      .groupBy('hash')
    return db
      .selectFrom('memories')
      .select(['hash', 'vector'])
      .where(isAmong(flavor, sql.ref('seq'), oldest))
      .where(eb => eb(eb.selectFrom('meta').select('value').where('key', '=', embedderKey), '=', embedder))
      .execute()
  })
  const byHash = new Map(rows.map(({ hash, vector }) => [hash, vector]))
  return hashes.map(hash => {
    const vector = byHash.get(hash)
    return vector && vectorOf(vector)
  })
}

/** The history of each key, oldest first. The id of an entry is its position in the log, which is unique. */
export async function history({ db, flavor }: Session, keys: readonly Key[]): Promise<HistoryEntry[][]> {
  const rows = await rowsInParts(idsOf(keys), flavor, ids =>
    db
      .selectFrom('history')
      .selectAll()
      .where(eb => flavor.isOneOf(eb.ref('memory_id'), ids))
      .orderBy('memory_id')
      .orderBy('seq')
      .execute(),
  )
  const byId = groupedBy(rows, row => row.memory_id)
  return keys.map(key => (byId.get(key.id) ?? []).map(entryOf).filter(({ scope }) => inScope(scope, key)))
}

function entryOf(row: HistoryTable): HistoryEntry {
  return {
    id: String(row.seq),
    memoryId: row.memory_id,
    scope: {
      orgId: row.org_id,
      userId: row.user_id ?? undefined,
      agentId: row.agent_id ?? undefined,
      runId: row.run_id ?? undefined,
    },
    previousValue: row.previous_value,
    newValue: row.new_value,
    event: row.event as HistoryEvent,
    actorId: row.actor_id,
    role: row.role,
    createdAt: row.created_at,
    successorId: row.successor_id,
  }
}

function idsOf(keys: readonly Key[]): string[] {
  return keys.map(({ id }) => id)
}
