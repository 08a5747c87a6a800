import type { JsonFlavor } from '@agentmem/sql'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

const metadata = sql.ref('metadata')
const elementType = sql.ref('element.type')
const elementValue = sql.ref('element.value')

/** Filters on metadata by SQLite's JSON functions: https://www.sqlite.org/json1.html */
export const sqliteJson: JsonFlavor = {
  exists: path => sql<SqlBool>`coalesce(${typeAt(path)}, 'null') <> 'null'`,
  is(path, kind) {
    if (kind === 'number') return sql<SqlBool>`coalesce(${typeAt(path)}, '') in ('integer', 'real')`
    return sql<SqlBool>`${typeAt(path)} is ${kind === 'string' ? 'text' : kind}`
  },
  isBoolean: (path, value) => sql<SqlBool>`${typeAt(path)} is ${String(value)}`,
  text: path => sql<string>`json_extract(${metadata}, ${pathText(path)})`,
  // JavaScript writes 2^60 with fewer digits than it has: equal to it only once it is a float again.
  number: path => sql<number>`cast(json_extract(${metadata}, ${pathText(path)}) as real)`,
  boundNumber: value => readAsJson(value),
  arrayHas(path, element) {
    const elements = sql`select 1 from json_each(${metadata}, ${pathText(path)}) as element`
    if (typeof element === 'boolean') {
      return sql<SqlBool>`exists (${elements} where ${elementType} = ${String(element)})`
    }
    if (typeof element === 'string') {
      return sql<SqlBool>`exists (${elements} where ${elementType} = 'text' and ${elementValue} = ${element})`
    }
    const isNumber = sql`${elementType} in ('integer', 'real')`
    return sql<SqlBool>`exists (${elements} where ${isNumber} and cast(${elementValue} as real) = ${readAsJson(element)})`
  },
}

/** Through SQLite's own reader, as the numbers in JSON are: before 3.47, which libSQL is, it misses some by their last bit. */
function readAsJson(value: number): RawBuilder<number> {
  return sql<number>`cast(${JSON.stringify(value)} as real)`
}

function typeAt(path: readonly string[]): RawBuilder<string | null> {
  return sql`json_type(${metadata}, ${pathText(path)})`
}

/** Such as `$."a"."b-c"`. The keys of a checked filter have no quotes. */
function pathText(path: readonly string[]): string {
  return `$${path.map(key => `."${key}"`).join('')}`
}
