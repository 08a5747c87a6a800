import type { WherePlace } from '@agentmem/core/adapter'
import type { JsonFlavor } from '@agentmem/sql'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

const element = sql.ref('element.value')

/**
 * Filters on JSON by PostgreSQL's functions for `json`, which keep numbers as they are written:
 * https://www.postgresql.org/docs/current/functions-json.html. A value is converted only where a CASE has checked its
 * type: the server may evaluate conditions that are joined by AND in any order.
 */
export const postgresJson: JsonFlavor = {
  exists: place => sql<SqlBool>`coalesce(json_typeof(${at(place)}), 'null') <> 'null'`,
  is: (place, kind) => sql<SqlBool>`coalesce(json_typeof(${at(place)}), '') = ${sql.lit(kind)}`,
  isBoolean: (place, value) =>
    sql<SqlBool>`coalesce(${booleanOf(at(place))}, '') = ${sql.lit(String(value))}`,
  text: place => sql<string>`(${textOf(at(place))}) collate "C"`,
  number: place => numberOf(at(place)),
  arrayHas(place, value) {
    const array = at(place)
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
function at({ path, root = 'metadata' }: WherePlace): RawBuilder<unknown> {
  const json = sql`${sql.ref(root)}::json`
  return sql`(${path.reduce((value, key) => sql`${value} -> ${key}::text`, json)})`
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
