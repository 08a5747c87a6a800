import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { createPending } from './create-tables.ts'
import { findColumns } from './find-columns.ts'
import type { ColumnTypes } from './flavor.ts'
import type { Migration } from './migration.ts'

/**
 * Records say since when and until when they hold, what took their place, who wrote them, what they were made of, and
 * whether they are hidden; the history says what took the place of a memory; and there is an inbox. Those that are there
 * are the caller's own, and in force.
 */
export const schema3: Migration = {
  version: 3,
  async up(db, flavor, names) {
    await createPending(db as Kysely<unknown>, flavor.types)
    // Where DDL has no transactions, a process may have ended behind either table.
    const found = flavor.ddlCommits ? await findColumns(db, flavor, names.schema) : []
    const has = (table: string, column: string): boolean =>
      found.some(other => other.table === names.prefix + table && other.column === column)
    for (const [table, columns] of Object.entries(columnsOf(flavor.types))) {
      const missing = Object.entries(columns).filter(([column]) => !has(table, column))
      if (missing.length === 0) continue
      const added = missing.map(([column, type]) => sql`add column ${sql.ref(column)} ${type}`)
      const statements = flavor.ddlCommits ? [sql.join(added)] : added
      for (const statement of statements) await sql`alter table ${sql.table(table)} ${statement}`.execute(db)
    }
  },
}

function columnsOf({ key, integer, text }: ColumnTypes): Record<string, Record<string, RawBuilder<unknown>>> {
  return {
    memories: {
      valid_from: integer,
      valid_to: integer,
      superseded_by: key,
      origin: sql`${key} default 'caller' not null`,
      derivation: text,
      deleted_at: integer,
    },
    history: { successor_id: key },
  }
}
