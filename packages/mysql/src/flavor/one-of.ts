import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'

/** A statement has at most 65,535 placeholders, for two lists and other values. Of 1,024 to 16,384 none is faster by a third. */
export const longestList = 4_096

/**
 * `column in (...)`, with a list of values: a delete by a subquery runs that subquery for every row of the table, and a join
 * with `json_table` reads its list again for every row. The last value is repeated until the length is a power of two, so
 * that few different statements are prepared.
 */
export function isOneOf(column: Expression<string | null>, values: readonly string[]): Expression<SqlBool> {
  const last = values.at(-1)
  if (last === undefined) return sql<SqlBool>`1 = 0`
  const length = 2 ** Math.ceil(Math.log2(values.length))
  return sql<SqlBool>`${column} in (${sql.join([...values, ...Array<string>(length - values.length).fill(last)])})`
}
