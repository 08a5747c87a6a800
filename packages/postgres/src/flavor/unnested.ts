import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { binaryArray } from './binary-array.ts'
import type { ArrayType } from './binary-array.ts'

const integers = new Set(
  (
    'seq access_count last_accessed_at created_at updated_at expires_at version place indexed ' +
    'valid_from valid_to deleted_at at tokens attempts not_before parked'
  ).split(' '),
)

/** The type of a column of any of our tables. A server puts it into a narrower column by itself. */
export function typeOfColumn(column: string): ArrayType {
  if (integers.has(column)) return 'int8'
  if (column === 'vector') return 'bytea'
  return column === 'importance' ? 'float8' : 'text'
}

/** Rows, as a function of one array for each column: the text is the same for any number of rows. */
export function unnested(columns: readonly string[]): RawBuilder<unknown> {
  const arrays = columns.map(column => sql`${sql.val(null)}::${sql.raw(typeOfColumn(column))}[]`)
  return sql`unnest(${sql.join(arrays)})`
}

/** The parameter of `unnested` for a column whose value is at the index `at` of each row. */
export function arrayOf(column: string, rows: readonly (readonly unknown[])[], at: number): Buffer {
  return binaryArray(
    typeOfColumn(column),
    rows.map(row => row[at]),
  )
}
