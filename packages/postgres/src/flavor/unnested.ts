import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { binaryArray } from './binary-array.ts'
import type { ArrayType } from './binary-array.ts'

const integers = new Set(
  'seq access_count last_accessed_at created_at updated_at expires_at version'.split(' '),
)

/** The type of a column of any of our tables. */
export function typeOfColumn(column: string): ArrayType {
  if (integers.has(column)) return 'int8'
  if (column === 'vector') return 'bytea'
  return column === 'importance' ? 'float8' : 'text'
}

/** Rows as a function of one array a column, so that the statement is the same whatever their number. */
export function unnested(columns: readonly string[]): RawBuilder<unknown> {
  const arrays = columns.map(column => sql`${sql.val(null)}::${sql.raw(typeOfColumn(column))}[]`)
  return sql`unnest(${sql.join(arrays)})`
}

/** What `unnested` binds for one of its columns, which stands at `at` in each row. */
export function arrayOf(column: string, rows: readonly (readonly unknown[])[], at: number): Buffer {
  return binaryArray(
    typeOfColumn(column),
    rows.map(row => row[at]),
  )
}
