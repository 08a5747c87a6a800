import { sql } from 'kysely'
import { findColumns } from './find-columns.ts'
import type { Migration } from './migration.ts'
import { tombstoneScope } from './tables.ts'

/** A tombstone says whose the memory was. Of those that are there that is not known. */
export const schema4: Migration = {
  version: 4,
  async up(db, flavor, names) {
    // Where DDL has no transactions, a process may have ended behind the table.
    const found = flavor.ddlCommits ? await findColumns(db, flavor, names.schema) : []
    const isThere = (column: string): boolean =>
      found.some(other => other.table === `${names.prefix}tombstones` && other.column === column)
    const missing = tombstoneScope.filter(column => !isThere(column))
    if (missing.length === 0) return
    const added = missing.map(column => sql`add column ${sql.ref(column)} ${flavor.types.key}`)
    const statements = flavor.ddlCommits ? [sql.join(added)] : added
    for (const statement of statements)
      await sql`alter table ${sql.table('tombstones')} ${statement}`.execute(db)
  },
}
