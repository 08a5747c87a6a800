import type { PutOptions, StoredRecord } from '@agentmem/core/adapter'
import type { WriteSession } from '../database/session.ts'

/**
 * Finds which records an attempt of the same `put` has written whose reply was lost: the id, the content and the times are
 * those that were sent, at a position after `known`, which the log had before the call. Returns the versions by id: 1 is
 * added, more is written over another, which only a call that replaces does. A row that somebody has changed since is not among them, and neither is the same text
 * of another writer, whose `updatedAt` is another.
 */
export async function findOwnRows(
  { db, flavor }: WriteSession,
  records: readonly StoredRecord[],
  known: number,
  { onTaken }: Pick<PutOptions, 'onTaken'>,
): Promise<ReadonlyMap<string, number>> {
  const ids = records.map(({ id }) => id)
  const rows = await db
    .selectFrom('memories')
    .select(['id', 'hash', 'version', 'created_at', 'updated_at'])
    .where('seq', '>', known)
    .where(eb => flavor.isOneOf(eb.ref('id'), ids))
    .execute()
  const byId = new Map(rows.map(row => [row.id, row]))
  const own = new Map<string, number>()
  for (const { id, hash, createdAt, updatedAt } of records) {
    const row = byId.get(id)
    if (row?.hash !== hash || row.updated_at !== updatedAt) continue
    // What is written over another keeps the time when that was made.
    const isOwn = row.version === 1 ? row.created_at === createdAt : onTaken === 'replace'
    if (isOwn) own.set(id, row.version)
  }
  return own
}
