import type { MemoryError } from '../contracts/errors.ts'
import { show } from '../contracts/show-value.ts'
import { forbiddenKey, invalid, isPlainObject } from './check-values.ts'
import { timeFields, whereFields } from '../contracts/where.ts'
import type { Scalar, Where, WhereField, WhereNode, WhereTarget } from '../contracts/where.ts'

const comparisons = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'contains', 'exists'] as const

const pathKey = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const maxDepth = 16
const maxNodes = 1000
/** Values of all lists together: a database binds each, and takes 65,535 of them. */
const maxValues = 10_000

/** What a key of a path array has: the paths of databases quote it. */
const anyKey = /^[^"\\\p{Cc}]{1,255}$/u

/** A time that a filter compares with, in UTC milliseconds. */
export type ReadTime = (time: Date | string, name: string) => number

/**
 * Checks a filter and converts it to the form that evaluators read. `readTime` reads the times that are no numbers; without
 * it they are refused. Throws `INVALID_ARGUMENT`.
 */
export function parseWhere(where: Where, readTime?: ReadTime): WhereNode {
  let nodes = 0
  let listed = 0

  const counted = (node: WhereNode): WhereNode => {
    const list = node.op === 'not' ? node.node : node
    if (list.op === 'in' && (listed += list.values.length) > maxValues)
      throw refused(`has lists of more than ${maxValues} values in all`)
    return node
  }

  const parse = (input: unknown, depth: number): WhereNode => {
    if (depth > maxDepth) throw refused(`is nested deeper than ${maxDepth} levels`)
    if (!isPlainObject(input)) throw refused(`must be a plain object, not ${show(input)}`)
    if (input['path'] !== undefined) return parsePath(input)
    const parts: WhereNode[] = []
    for (const [key, value] of Object.entries(input)) {
      if (value === undefined) throw dropped(key)
      if (++nodes > maxNodes) throw refused(`has more than ${maxNodes} conditions`)
      if (key === 'and' || key === 'or') {
        if (!Array.isArray(value) || value.length === 0) {
          throw refused(`has '${key}': ${show(value)}; give it a non-empty array of filters`)
        }
        parts.push({ op: key, nodes: value.map(part => parse(part, depth + 1)) })
      } else if (key === 'not') {
        parts.push({ op: 'not', node: parse(value, depth + 1) })
      } else {
        const target = parseTarget(key)
        parts.push(
          ...Array.from(parseConditions(target, key, withTimes(target, key, value, readTime)), counted),
        )
      }
    }
    const [only] = parts
    return parts.length === 1 && only ? only : { op: 'and', nodes: parts }
  }

  return parse(where, 0)
}

/** The field or the path that a filter names. */
export function parseTarget(name: string): WhereTarget {
  if (Object.hasOwn(whereFields, name)) {
    const field = name as WhereField
    return { field, kind: whereFields[field] }
  }
  const [head, ...path] = name.split('.')
  const root = head === 'metadata' || head === 'derivation' ? head : undefined
  if (root === undefined || path.length === 0) {
    throw refused(
      `names '${name}', which is neither 'metadata.<key>' nor 'derivation.<key>' nor one of ${Object.keys(whereFields).join(', ')}`,
    )
  }
  for (const key of path) {
    if (!pathKey.test(key) || key === forbiddenKey) {
      throw refused(
        `has the path '${name}', whose keys must match ${pathKey.source}; name others of the metadata by { path: [...] }`,
      )
    }
  }
  if (path.length > maxDepth) throw refused(`has the path '${name}' of more than ${maxDepth} keys`)
  return root === 'metadata' ? { path } : { path, root }
}

/** A filter that names its key by a path array. */
function parsePath({ path, ...conditions }: Record<string, unknown>): WhereNode {
  const target = parsePathArray(path)
  return { op: 'and', nodes: [...parseConditions(target, target.path.join(' > '), conditions)] }
}

/** The path of any key of the metadata. */
export function parsePathArray(path: unknown): { readonly path: readonly string[] } {
  if (!Array.isArray(path) || path.length === 0 || path.length > maxDepth) {
    throw refused(`has the path ${show(path)}; give it an array of 1 to ${maxDepth} keys of the metadata`)
  }
  const keys = Array.from(path, (key: unknown) => {
    if (typeof key === 'string' && anyKey.test(key) && key.isWellFormed() && key !== forbiddenKey) return key
    throw refused(
      `has a path with the key ${show(key)}; a key has 1 to 255 characters, and no quotation mark`,
    )
  })
  return { path: keys }
}

/** The same conditions with times of fields in UTC milliseconds. */
function withTimes(
  target: WhereTarget,
  name: string,
  value: unknown,
  readTime: ReadTime | undefined,
): unknown {
  if (readTime === undefined || !('field' in target) || !timeFields.has(target.field)) return value
  const read = (operand: unknown): unknown =>
    operand instanceof Date || typeof operand === 'string' ? readTime(operand, `where.${name}`) : operand
  if (!isPlainObject(value)) return read(value)
  const conditions = Object.entries(value).map(([op, operand]) => [
    op,
    Array.isArray(operand) ? Array.from(operand, read) : read(operand),
  ])
  return Object.fromEntries(conditions) as unknown
}

function* parseConditions(target: WhereTarget, name: string, value: unknown): Generator<WhereNode> {
  if (value === null || typeof value !== 'object') {
    yield equal(target, name, value)
    return
  }
  if (!isPlainObject(value))
    throw refused(`compares '${name}' with ${show(value)}; use { in: [...] } for a list`)
  const conditions = Object.entries(value)
  if (conditions.length === 0) throw refused(`has no condition on '${name}'`)
  for (const [op, operand] of conditions) {
    if (operand === undefined) throw dropped(`${name}.${op}`)
    yield parseCondition(target, name, op, operand)
  }
}

function parseCondition(target: WhereTarget, name: string, op: string, operand: unknown): WhereNode {
  switch (op) {
    case 'eq':
      return equal(target, name, operand)
    case 'ne':
      return { op: 'not', node: equal(target, name, operand) }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const value = scalar(target, name, operand)
      if (typeof value === 'boolean')
        throw refused(`orders '${name}' by ${value}; only strings and numbers are ordered`)
      return { op, target, value }
    }
    case 'in':
    case 'nin': {
      if (!Array.isArray(operand))
        throw refused(`has '${op}' on '${name}' with ${show(operand)}; give it an array`)
      if (operand.length > maxNodes)
        throw refused(`has '${op}' on '${name}' with more than ${maxNodes} values`)
      const node: WhereNode = { op: 'in', target, values: operand.map(value => scalar(target, name, value)) }
      return op === 'in' ? node : { op: 'not', node }
    }
    case 'contains': {
      if ('field' in target && target.kind !== 'string')
        throw refused(`has 'contains' on the number '${name}'`)
      return { op: 'contains', target, value: scalar(target, name, operand) }
    }
    case 'exists': {
      if (typeof operand !== 'boolean')
        throw refused(`has 'exists' on '${name}' with ${show(operand)}; give true or false`)
      const node: WhereNode = { op: 'exists', target }
      return operand ? node : { op: 'not', node }
    }
    default:
      throw refused(`uses the unknown operator '${op}' on '${name}'; there are ${comparisons.join(', ')}`)
  }
}

function equal(target: WhereTarget, name: string, value: unknown): WhereNode {
  if (value === null) return { op: 'not', node: { op: 'exists', target } }
  return { op: 'eq', target, value: scalar(target, name, value) }
}

function scalar(target: WhereTarget, name: string, value: unknown): Scalar {
  if (
    typeof value !== 'string' &&
    typeof value !== 'boolean' &&
    !(typeof value === 'number' && Number.isFinite(value))
  ) {
    throw refused(`compares '${name}' with ${show(value)}; give a string, a finite number or a boolean`)
  }
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw refused(`compares '${name}' with text that has a NUL or a lone surrogate`)
  }
  if ('field' in target && typeof value !== target.kind) {
    throw refused(`compares '${name}', a ${target.kind}, with the ${typeof value} ${show(value)}`)
  }
  return value
}

/** A condition that is dropped, because its value is missing by mistake, would let everything through. */
function dropped(name: string): MemoryError {
  return refused(`has '${name}': undefined; give it a value (null: where there is none), or leave it out`)
}

function refused(what: string): MemoryError {
  return invalid(`The filter 'where' ${what}.`)
}
