import type { WherePlace } from '@agentmem/core/adapter'
import type { JsonFlavor } from '@agentmem/sql'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

const elementType = sql.ref('element.type')
const elementValue = sql.ref('element.value')

/** Filters on JSON by SQLite's JSON functions: https://www.sqlite.org/json1.html */
export const sqliteJson: JsonFlavor = {
  exists: place => sql<SqlBool>`coalesce(${typeAt(place)}, 'null') <> 'null'`,
  is(place, kind) {
    if (kind === 'number') return sql<SqlBool>`coalesce(${typeAt(place)}, '') in ('integer', 'real')`
    return sql<SqlBool>`${typeAt(place)} is ${kind === 'string' ? 'text' : kind}`
  },
  isBoolean: (place, value) => sql<SqlBool>`${typeAt(place)} is ${String(value)}`,
  text: place => sql<string>`json_extract(${columnOf(place)}, ${pathText(place)})`,
  // JavaScript writes 2^60 with fewer digits than it has: equal to it only once it is a float again.
  number: place => sql<number>`cast(json_extract(${columnOf(place)}, ${pathText(place)}) as real)`,
  boundNumber: value => readAsJson(value),
  arrayHas(place, element) {
    const elements = sql`select 1 from json_each(${columnOf(place)}, ${pathText(place)}) as element`
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

function columnOf({ root = 'metadata' }: WherePlace): RawBuilder<unknown> {
  return sql.ref(root)
}

function typeAt(place: WherePlace): RawBuilder<string | null> {
  return sql`json_type(${columnOf(place)}, ${pathText(place)})`
}

/** Such as `$."a"."b-c"`. The keys of a checked filter have no quotes. */
function pathText({ path }: WherePlace): string {
  return `$${path.map(key => `."${key}"`).join('')}`
}
