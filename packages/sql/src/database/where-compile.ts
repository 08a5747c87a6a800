import { idPrefixLength, prefixedIdPattern } from '@agentmem/core/adapter'
import type { Scalar, WhereNode, WhereTarget } from '@agentmem/core/adapter'
import { expressionBuilder, sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import type { Flavor } from './flavor.ts'
import { isAmong } from './is-among.ts'
import { columnOfField } from './tables.ts'
import type { Tables } from './tables.ts'

const comparators = { eq: sql`=`, gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const
const always = sql<SqlBool>`1 = 1`
const never = sql<SqlBool>`1 = 0`

/**
 * The SQL of a filter. It agrees with core's `evaluateWhere` for every record. No condition is ever NULL, since each
 * first asks whether a value of the right kind is there, and `false and NULL` is false. So `not` may stand before any.
 */
export function compileWhere(node: WhereNode, flavor: Flavor): Expression<SqlBool> {
  switch (node.op) {
    case 'and':
      return joined(
        'and',
        node.nodes.map(part => compileWhere(part, flavor)),
      )
    case 'or':
      return anyOf(node.nodes, flavor)
    case 'not':
      return sql<SqlBool>`not (${compileWhere(node.node, flavor)})`
    case 'exists':
      return 'path' in node.target
        ? flavor.json.exists(node.target)
        : sql<SqlBool>`${columnOf(node.target)} is not null`
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return comparison(node.op, node.target, node.value, flavor)
    case 'in':
      return among(node.target, node.values, flavor)
    case 'contains': {
      const source = sourceOf(node)
      return source === undefined ? contains(node.target, node.value, flavor) : madeOf([source], flavor)
    }
    default: {
      const none: never = node
      return none
    }
  }
}

/** Sources that are asked for one by one are one list. */
function anyOf(nodes: readonly WhereNode[], flavor: Flavor): Expression<SqlBool> {
  const sources = nodes.map(sourceOf).filter(source => source !== undefined)
  const others = nodes.filter(node => sourceOf(node) === undefined)
  const parts = others.map(node => compileWhere(node, flavor))
  return joined('or', sources.length > 0 ? [madeOf(sources, flavor), ...parts] : parts)
}

/** The source that a condition asks a derivation for. */
function sourceOf(node: WhereNode): string | undefined {
  if (node.op !== 'contains' || typeof node.value !== 'string' || !('path' in node.target)) return undefined
  const { root, path } = node.target
  return root === 'derivation' && path.length === 1 && path[0] === 'sources' ? node.value : undefined
}

/** The table of sources has an index that leads from a source to what was made of it: no derivation is read. */
function madeOf(sources: readonly string[], flavor: Flavor): Expression<SqlBool> {
  const made = expressionBuilder<Tables>()
    .selectFrom('memory_sources')
    .select('memory_id')
    .where(eb => flavor.isOneOf(eb.ref('source_id'), sources))
  return isAmong(flavor, sql.ref('id'), made)
}

/** Joins conditions as a balanced tree: databases limit how deep an expression is nested. */
function joined(op: 'and' | 'or', parts: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  const [first] = parts
  if (first === undefined) return op === 'and' ? always : never
  if (parts.length === 1) return first
  const middle = parts.length >> 1
  const [left, right] = [joined(op, parts.slice(0, middle)), joined(op, parts.slice(middle))]
  return op === 'and' ? sql<SqlBool>`(${left} and ${right})` : sql<SqlBool>`(${left} or ${right})`
}

function comparison(
  op: keyof typeof comparators,
  target: WhereTarget,
  value: Scalar,
  flavor: Flavor,
): Expression<SqlBool> {
  if (typeof value === 'boolean') return isBoolean(target, value, flavor)
  if (typeof value === 'number') {
    return sql`(${isNumber(target, flavor)} and ${numberOf(target, flavor)} ${comparators[op]} ${bound(target, value, flavor)})`
  }
  const text = textOf(target, flavor)
  const left = op === 'eq' || !flavor.byCodePoint ? text : flavor.byCodePoint(text)
  return sql`(${isText(target, flavor)} and ${left} ${comparators[op]} ${value})`
}

function among(target: WhereTarget, values: readonly Scalar[], flavor: Flavor): Expression<SqlBool> {
  const texts = values.filter(value => typeof value === 'string')
  const numbers = values.filter(value => typeof value === 'number')
  const booleans = new Set(values.filter(value => typeof value === 'boolean'))
  const parts = Array.from(booleans, value => isBoolean(target, value, flavor))
  if (texts.length > 0) {
    parts.push(sql`(${isText(target, flavor)} and ${flavor.isOneOf(textOf(target, flavor), texts)})`)
  }
  if (numbers.length > 0) {
    const list = sql.join(numbers.map(number => bound(target, number, flavor)))
    parts.push(sql`(${isNumber(target, flavor)} and ${numberOf(target, flavor)} in (${list}))`)
  }
  return joined('or', parts)
}

function contains(target: WhereTarget, value: Scalar, flavor: Flavor): Expression<SqlBool> {
  const parts: Expression<SqlBool>[] = []
  if (typeof value === 'string') {
    parts.push(sql`(${isText(target, flavor)} and ${flavor.contains(textOf(target, flavor), value)})`)
  }
  if ('path' in target) {
    const { json } = flavor
    parts.push(sql`(${json.is(target, 'array')} and ${json.arrayHas(target, value)})`)
  }
  return joined('or', parts)
}

/** True where a string is. */
export function isText(target: WhereTarget, { json }: Flavor): Expression<SqlBool> {
  return 'path' in target ? json.is(target, 'string') : isColumnOf(target, 'string')
}

function isNumber(target: WhereTarget, { json }: Flavor): Expression<SqlBool> {
  return 'path' in target ? json.is(target, 'number') : isColumnOf(target, 'number')
}

function isBoolean(target: WhereTarget, value: boolean, { json }: Flavor): Expression<SqlBool> {
  return 'path' in target ? json.isBoolean(target, value) : never
}

/** The string of a record at a target; only looked at where `isText` is true. */
export function textOf(target: WhereTarget, { json }: Flavor): Expression<string> {
  return 'path' in target ? json.text(target) : columnOf<string>(target)
}

function numberOf(target: WhereTarget, { json }: Flavor): Expression<number> {
  return 'path' in target ? json.number(target) : columnOf<number>(target)
}

function bound(target: WhereTarget, value: number, flavor: Flavor): Expression<number> {
  const read = 'path' in target ? flavor.json.boundNumber?.(value) : undefined
  return read ?? flavor.number?.(value) ?? sql.val(value)
}

type FieldTarget = Extract<WhereTarget, { readonly field: unknown }>

function isColumnOf(target: FieldTarget, kind: FieldTarget['kind']): Expression<SqlBool> {
  return target.kind === kind ? sql<SqlBool>`${columnOf(target)} is not null` : never
}

function columnOf<T>({ field, given }: FieldTarget): Expression<T> {
  const column = sql.ref<T>(columnOfField[field])
  return given ? givenIdOf(column) : column
}

/** The same as core's `givenId`. */
function givenIdOf<T>(id: Expression<T>): Expression<T> {
  const [pattern, first] = [sql.lit(prefixedIdPattern), sql.lit(idPrefixLength + 1)]
  return sql<T>`case when ${id} like ${pattern} then substr(${id}, ${first}) else ${id} end`
}
