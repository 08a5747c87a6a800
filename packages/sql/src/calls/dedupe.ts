import { scopeKey } from '@agentmem/core/adapter'
import type { StoredRecord } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import { groupedBy } from '../database/grouped-by.ts'
import type { WriteSession } from '../database/session.ts'
import { scopeSelection } from '../database/tables.ts'

/** Scopes that one statement asks for. */
const scopesPerStatement = 25

/**
 * Adds to `holders`, for each of these records with dedupe keys that has one: the id of an older record
 * without a key, of the same scope and hash. It is found among the records of the scope, through that
 * scope's index: an index on the hash would be written at a random place for every record ever added, which
 * doubles what a batch writes.
 */
export async function findPlainHolders(
  session: WriteSession,
  records: readonly StoredRecord[],
  holders: Map<string, string>,
): Promise<void> {
  const scopes = [...groupedBy(records, scopeKey).values()]
  for (let start = 0; start < scopes.length; start += scopesPerStatement) {
    const asked = scopes.slice(start, start + scopesPerStatement)
    const older = await plainOf(session, asked)
    for (const record of asked.flat()) {
      const holder = older.get(scopeKey(record) + record.hash)
      if (holder !== undefined) holders.set(record.id, holder)
    }
  }
}

/** The ids of older records, by scope and hash. */
async function plainOf(
  { db, flavor }: WriteSession,
  scopes: readonly StoredRecord[][],
): Promise<Map<string, string>> {
  const hashes = scopes.flat().map(({ hash }) => hash)
  const rows = await db
    .selectFrom('memories')
    .select(['id', 'hash', ...scopeSelection])
    .where(sql<SqlBool>`(${sql.join(scopes.flatMap(isExactly), sql` or `)})`)
    .where('dedupe_key', 'is', null)
    .where(eb => flavor.isOneOf(eb.ref('hash'), hashes))
    .orderBy('seq', 'desc')
    .execute()
  // The oldest comes last, and stays.
  return new Map(rows.map(row => [scopeKey(row) + row.hash, row.id]))
}

/** True for what belongs to the scope of the first of these records, absent parts absent. */
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
