import type { MemoryRecord, StoredRecord } from '@agentmem/core'
import { sql } from 'kysely'
import { groupedBy } from './grouped-by.ts'
import type { WriteSession } from './session.ts'

const scopeColumns = { userId: 'user_id', agentId: 'agent_id', runId: 'run_id' } as const

/**
 * Adds to `holders`, for each of these records with dedupe keys that has one: the id of an older record
 * without a key, of the same scope and hash. One statement a scope. It reads the records of that scope
 * through the scope's index: an index on the hash would be written at a random place for every record ever
 * added, and doubles what a batch writes.
 */
export async function findPlainHolders(
  session: WriteSession,
  records: readonly StoredRecord[],
  holders: Map<string, string>,
): Promise<void> {
  for (const group of groupedBy(records, scopeKey).values()) {
    const idOfHash = await plainOf(session, group)
    for (const { id, hash } of group) {
      const holder = idOfHash.get(hash)
      if (holder !== undefined) holders.set(id, holder)
    }
  }
}

/** One string for one scope. */
export function scopeKey({
  orgId,
  userId,
  agentId,
  runId,
}: Pick<MemoryRecord, 'orgId' | 'userId' | 'agentId' | 'runId'>): string {
  return JSON.stringify([orgId, userId, agentId, runId])
}

async function plainOf(
  { db, flavor }: WriteSession,
  group: readonly StoredRecord[],
): Promise<Map<string, string>> {
  const [first] = group
  if (!first) return new Map()
  let query = db
    .selectFrom('memories')
    .select(['id', 'hash'])
    .where('org_id', '=', first.orgId)
    .where('dedupe_key', 'is', null)
    .where(eb =>
      flavor.isOneOf(
        eb.ref('hash'),
        group.map(({ hash }) => hash),
      ),
    )
  for (const [part, column] of Object.entries(scopeColumns) as [keyof typeof scopeColumns, 'user_id'][]) {
    const value = first[part]
    query = value === null ? query.where(column, 'is', null) : query.where(column, '=', value)
  }
  const rows = await query.orderBy(sql.ref('seq'), 'desc').execute()
  return new Map(rows.map(({ id, hash }) => [hash, id]))
}
