import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'

/** A statement has at most 65,535 placeholders, for two lists and other values. */
const longestList = 16_384

/**
 * `column in (...)`, with a list of values: a delete by a subquery runs that subquery for every row of the table. The last
 * value is repeated until the length is a power of two, so that few different statements are prepared.
 */
export function isOneOf(
  column: Expression<string | null>,
  values: readonly string[],
  textType: Expression<unknown>,
): Expression<SqlBool> {
  if (values.length > longestList) {
    const columns = sql`columns (${sql.id('value')} ${textType} path '$')`
    const list = sql`json_table(${JSON.stringify(values)}, '$[*]' ${columns}) as list`
    return sql<SqlBool>`${column} in (select ${sql.ref('list.value')} from ${list})`
  }
  const last = values.at(-1)
  if (last === undefined) return sql<SqlBool>`1 = 0`
  const length = 2 ** Math.ceil(Math.log2(values.length))
  return sql<SqlBool>`${column} in (${sql.join([...values, ...Array<string>(length - values.length).fill(last)])})`
}
