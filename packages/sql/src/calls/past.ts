import type { HistoryEntry, PutOptions, StoredRecord } from '@agentmem/core/adapter'
import type { WriteSession } from '../database/session.ts'
import { historyColumns } from '../database/tables.ts'

type Past = PutOptions['history']

/** How many positions of the log a record takes with its past: each entry has one, and the record that of the last. */
export function positionsOf({ id }: StoredRecord, past: Past): number {
  return Math.max(1, past?.get(id)?.length ?? 1)
}

/** Adds the history of the records that were written after `head`: what is known of their past, else that they were added. */
export async function addPast(
  { db, flavor }: WriteSession,
  records: readonly StoredRecord[],
  head: number,
  { actor, history }: Pick<PutOptions, 'actor' | 'history'>,
): Promise<void> {
  const written = await db.selectFrom('memories').select(['seq', 'id']).where('seq', '>', head).execute()
  const positions = new Map(written.map(({ id, seq }) => [id, seq]))
  const rows = records.flatMap(record => {
    const seq = positions.get(record.id)
    if (seq === undefined) return []
    const entries = history?.get(record.id) ?? [addedEntry(record, actor)]
    return entries.map((entry, i) => historyRow(record, entry, seq - entries.length + 1 + i))
  })
  if (rows.length > 0) await flavor.insert(db, { table: 'history', columns: historyColumns, values: rows })
}

type PastEntry = Omit<HistoryEntry, 'id' | 'memoryId' | 'scope'>

function addedEntry(record: StoredRecord, actor: string | undefined): PastEntry {
  const { content: newValue, actorId, role, createdAt } = record
  const who = { actorId: actor ?? actorId, role }
  return { event: 'ADD', previousValue: null, newValue, ...who, createdAt, successorId: null }
}

/** In the order of `historyColumns`. */
function historyRow(record: StoredRecord, entry: PastEntry, seq: number): unknown[] {
  const { id, orgId, userId, agentId, runId } = record
  const { previousValue, newValue, event, actorId, role, createdAt, successorId } = entry
  const change = [previousValue, newValue, event, actorId, role, createdAt, successorId]
  return [id, seq, orgId, userId, agentId, runId, ...change]
}
