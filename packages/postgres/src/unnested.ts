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

/** What `unnested` binds, in its order. */
export function arraysOf(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  first = 0,
): Buffer[] {
  return columns.map((column, i) =>
    binaryArray(
      typeOfColumn(column),
      rows.map(row => row[first + i]),
    ),
  )
}
