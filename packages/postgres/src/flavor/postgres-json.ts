import type { JsonFlavor } from '@agentmem/sql'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

const metadata = sql`${sql.ref('metadata')}::json`
const element = sql.ref('element.value')

/**
 * Filters on metadata by PostgreSQL's functions for `json`, which keep numbers as they are written:
 * https://www.postgresql.org/docs/current/functions-json.html. A value is converted only where a CASE has checked its
 * type: the server may evaluate conditions that are joined by AND in any order.
 */
export const postgresJson: JsonFlavor = {
  exists: path => sql<SqlBool>`coalesce(json_typeof(${at(path)}), 'null') <> 'null'`,
  is: (path, kind) => sql<SqlBool>`coalesce(json_typeof(${at(path)}), '') = ${sql.lit(kind)}`,
  isBoolean: (path, value) => sql<SqlBool>`coalesce(${booleanOf(at(path))}, '') = ${sql.lit(String(value))}`,
  text: path => sql<string>`(${textOf(at(path))}) collate "C"`,
  number: path => numberOf(at(path)),
  arrayHas(path, value) {
    const array = at(path)
    const elements = sql`json_array_elements(case json_typeof(${array}) when 'array' then ${array} end)`
    const matches =
      typeof value === 'number'
        ? sql`${numberOf(element)} = ${value}::double precision`
        : typeof value === 'string'
          ? sql`json_typeof(${element}) = 'string' and ${textOf(element)} = ${value}`
          : sql`${booleanOf(element)} = ${sql.lit(String(value))}`
    return sql<SqlBool>`exists (select from ${elements} as element(value) where ${matches})`
  },
}

/** Step by step, each key as a text: that finds nothing in an array, whereas `#>` would take '0' for an index. */
function at(path: readonly string[]): RawBuilder<unknown> {
  return sql`(${path.reduce((value, key) => sql`${value} -> ${key}::text`, metadata)})`
}

function textOf(value: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`${value} #>> '{}'`
}

/** Null where there is no number. */
function numberOf(value: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(case json_typeof(${value}) when 'number' then (${textOf(value)})::double precision end)`
}

/** Null where there is no boolean. */
function booleanOf(value: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`(case json_typeof(${value}) when 'boolean' then ${textOf(value)} end)`
}
