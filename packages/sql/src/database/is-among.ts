import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import type { Flavor } from './flavor.ts'

/** True where a column has one of the values that a query selects. */
export function isAmong(
  flavor: Flavor,
  column: Expression<unknown>,
  query: Expression<unknown>,
): Expression<SqlBool> {
  return flavor.isAmong?.(column, query) ?? sql<SqlBool>`${column} in ${query}`
}
