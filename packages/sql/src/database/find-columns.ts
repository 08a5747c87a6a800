import type { Kysely } from 'kysely'
import type { Flavor, FoundColumn } from './flavor.ts'
import type { Tables } from './tables.ts'

/** The columns of all tables and views beside the Store's, and of those of the Store. */
export async function findColumns(
  db: Kysely<Tables>,
  flavor: Flavor,
  schema: string | undefined,
): Promise<FoundColumn[]> {
  if (flavor.columns) return flavor.columns(db)
  const tables = await db.introspection.getTables()
  return tables
    .filter(table => schema === undefined || table.schema === schema)
    .flatMap(({ name: table, columns }) => columns.map(({ name: column }) => ({ table, column })))
}
