import type { WherePlace } from '@agentmem/core/adapter'
import type { JsonFlavor } from '@agentmem/sql'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

const element = sql.ref('element.value')
const numberTypes = sql`('INTEGER', 'UNSIGNED INTEGER', 'DECIMAL', 'DOUBLE')`

/** Filters on JSON by the JSON functions that MySQL and MariaDB have in common. */
export function mysqlJson(collation: string): JsonFlavor {
  const text = (json: RawBuilder<unknown>): RawBuilder<string> =>
    sql<string>`json_unquote(${json}) collate ${sql.raw(collation)}`
  const isKind = (json: RawBuilder<unknown>, types: RawBuilder<unknown>): RawBuilder<SqlBool> =>
    sql<SqlBool>`coalesce(json_type(${json}), '') in ${types}`
  const isBoolean = (json: RawBuilder<unknown>, value: boolean): RawBuilder<SqlBool> =>
    sql<SqlBool>`(${isKind(json, sql`('BOOLEAN')`)} and json_unquote(${json}) = ${String(value)})`

  return {
    exists: place => sql<SqlBool>`coalesce(json_type(${valueAt(place)}), 'NULL') <> 'NULL'`,
    is(place, kind) {
      const types = { string: sql`('STRING')`, number: numberTypes, array: sql`('ARRAY')` }[kind]
      return isKind(valueAt(place), types)
    },
    isBoolean: (place, value) => isBoolean(valueAt(place), value),
    text: place => text(valueAt(place)),
    number: place => number(valueAt(place)),
    arrayHas(place, value) {
      const columns = sql`columns (${sql.id('value')} json path '$')`
      const elements = sql`select 1 from json_table(${valueAt(place)}, '$[*]' ${columns}) as element`
      if (typeof value === 'boolean')
        return sql<SqlBool>`exists (${elements} where ${isBoolean(element, value)})`
      if (typeof value === 'string') {
        return sql<SqlBool>`exists (${elements} where ${isKind(element, sql`('STRING')`)} and ${text(element)} = ${value})`
      }
      return sql<SqlBool>`exists (${elements} where ${isKind(element, numberTypes)} and ${number(element)} = ${value})`
    },
  }
}

/** As 64-bit floating point, like every number in JavaScript. */
function number(json: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`cast(${json} as double)`
}

/**
 * The value at a path such as `$."a"."b-c"`; the keys of a checked filter have no quotes. The path is bound in hexadecimal:
 * MariaDB treats two bound texts as one when the connection's collation finds them equal, and would then take one path
 * for the other, as in `$."a" = 1 and $."A" > 2`.
 */
function valueAt({ path, root = 'metadata' }: WherePlace): RawBuilder<unknown> {
  const bytes = Buffer.from(`$${path.map(key => `."${key}"`).join('')}`)
  return sql`json_extract(${sql.ref(root)}, convert(unhex(${bytes.toString('hex')}) using utf8mb4))`
}
