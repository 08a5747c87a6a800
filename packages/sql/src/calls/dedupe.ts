import { isCurrent, scopeKey } from '@agentmem/core/adapter'
import type { StoredRecord } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import { groupedBy } from '../database/grouped-by.ts'
import { partsOf } from '../database/list-parts.ts'
import type { WriteSession } from '../database/session.ts'
import { scopeSelection } from '../database/tables.ts'

/** Scopes in one statement at most. */
const scopesPerStatement = 25

/**
 * What was inferred neither yields nor keeps out. Finds older records without a dedupe key that have the scope and hash of these records with one, and adds their ids
 * to `holders`, by the id of the new record. It searches through the index of the scope: an index on the hash would be
 * written at a random place for every record, which doubles what a batch writes.
 */
export async function findPlainHolders(
  session: WriteSession,
  records: readonly StoredRecord[],
  holders: Map<string, string>,
): Promise<void> {
  const yielding = records.filter(record => record.origin === 'caller' && isCurrent(record))
  for (const part of partsOf(yielding, session.flavor)) await findPart(session, part, holders)
}

async function findPart(
  session: WriteSession,
  records: readonly StoredRecord[],
  holders: Map<string, string>,
): Promise<void> {
  const scopes = [...groupedBy(records, scopeKey).values()]
  for (let start = 0; start < scopes.length; start += scopesPerStatement) {
    const asked = scopes.slice(start, start + scopesPerStatement)
    const older = await plainOf(session, asked)
    for (const record of asked.flat()) {
      // A record does not keep itself out.
      const holder = older.get(scopeKey(record) + record.hash)?.find(id => id !== record.id)
      if (holder !== undefined) holders.set(record.id, holder)
    }
  }
}

/** The ids of the older records, oldest first, by scope and hash. */
async function plainOf(
  { db, flavor }: WriteSession,
  scopes: readonly StoredRecord[][],
): Promise<Map<string, string[]>> {
  const hashes = scopes.flat().map(({ hash }) => hash)
  const rows = await db
    .selectFrom('memories')
    .select(['id', 'hash', ...scopeSelection])
    .where(sql<SqlBool>`(${sql.join(scopes.flatMap(isExactly), sql` or `)})`)
    .where('dedupe_key', 'is', null)
    .where('origin', '=', 'caller')
    .where('superseded_by', 'is', null)
    .where('deleted_at', 'is', null)
    .where(eb => flavor.isOneOf(eb.ref('hash'), hashes))
    .orderBy('seq')
    .execute()
  const groups = groupedBy(rows, row => scopeKey(row) + row.hash)
  return new Map(Array.from(groups, ([key, group]) => [key, group.map(({ id }) => id)]))
}

/** True for rows that have exactly the scope of the first of these records. */
function isExactly([record]: readonly StoredRecord[]): Expression<SqlBool>[] {
  if (!record) return []
  const parts = [
    sql`${sql.ref('org_id')} = ${record.orgId}`,
    isSame('user_id', record.userId),
    isSame('agent_id', record.agentId),
    isSame('run_id', record.runId),
  ]
  return [sql<SqlBool>`(${sql.join(parts, sql` and `)})`]
}

function isSame(column: string, value: string | null): Expression<unknown> {
  return value === null ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} = ${value}`
}
