import { MemoryError } from './errors.ts'

/** A value that a field can be compared with. */
export type Scalar = string | number | boolean

/** Fields of a record that a filter may name, each with the kind of its values; beside them, `metadata.<path>`. */
export const whereFields = {
  id: 'string',
  userId: 'string',
  agentId: 'string',
  runId: 'string',
  content: 'string',
  hash: 'string',
  type: 'string',
  level: 'string',
  importance: 'number',
  accessCount: 'number',
  lastAccessedAt: 'number',
  createdAt: 'number',
  updatedAt: 'number',
  expiresAt: 'number',
  version: 'number',
  createdBy: 'string',
  updatedBy: 'string',
  actorId: 'string',
  role: 'string',
} as const

export type WhereField = keyof typeof whereFields

const comparisons = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'contains', 'exists'] as const

/** Conditions on one field; all of them must hold. */
export interface WhereConditions {
  readonly eq?: Scalar | null
  readonly ne?: Scalar | null
  readonly gt?: string | number
  readonly gte?: string | number
  readonly lt?: string | number
  readonly lte?: string | number
  readonly in?: readonly Scalar[]
  readonly nin?: readonly Scalar[]
  /** A string that holds this text, or an array in metadata that holds this value. */
  readonly contains?: Scalar
  /** True: the field is there and not null. */
  readonly exists?: boolean
}

/**
 * A filter over record fields and `metadata.<path>`, such as
 * `{ 'metadata.topic': 'food', importance: { gte: 0.5 }, or: [{ type: 'semantic' }, { role: { ne: 'user' } }] }`.
 * Entries of one object must all hold. A bare value means `eq`.
 *
 * Null and absent are the same. Values are compared only with their own kind: `gt: 5` is false for '7'.
 * `eq: null` holds where the field is absent; every other comparison with an absent field is false, so that
 * `ne` and `nin`, which are `eq` and `in` turned round, are true there. Strings are ordered by code point.
 */
export interface Where {
  readonly and?: readonly Where[]
  readonly or?: readonly Where[]
  readonly not?: Where
  readonly [field: string]: Scalar | null | WhereConditions | readonly Where[] | Where | undefined
}

/** What a comparison looks at: a record field, or a path of keys into the metadata. */
export type WhereTarget =
  | { readonly field: WhereField; readonly kind: 'string' | 'number' }
  | { readonly path: readonly string[] }

/** A checked filter: what the evaluator and every compiler read. */
export type WhereNode =
  | { readonly op: 'and' | 'or'; readonly nodes: readonly WhereNode[] }
  | { readonly op: 'not'; readonly node: WhereNode }
  | { readonly op: 'eq'; readonly target: WhereTarget; readonly value: Scalar }
  | {
      readonly op: 'gt' | 'gte' | 'lt' | 'lte'
      readonly target: WhereTarget
      readonly value: string | number
    }
  | { readonly op: 'in'; readonly target: WhereTarget; readonly values: readonly Scalar[] }
  | { readonly op: 'contains'; readonly target: WhereTarget; readonly value: Scalar }
  | { readonly op: 'exists'; readonly target: WhereTarget }

const pathKey = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])
const maxDepth = 16
const maxNodes = 1000

/** Checks a filter and brings it into the form that evaluators read. Throws `INVALID_ARGUMENT`. */
export function parseWhere(where: Where): WhereNode {
  let nodes = 0

  const parse = (input: unknown, depth: number): WhereNode => {
    if (depth > maxDepth) throw invalid(`is nested deeper than ${maxDepth} levels`)
    if (!isPlainObject(input)) throw invalid(`must be a plain object, not ${show(input)}`)
    const parts: WhereNode[] = []
    for (const [key, value] of Object.entries(input)) {
      if (value === undefined) continue
      if (++nodes > maxNodes) throw invalid(`has more than ${maxNodes} conditions`)
      if (key === 'and' || key === 'or') {
        if (!Array.isArray(value) || value.length === 0) {
          throw invalid(`has '${key}': ${show(value)}; give it a non-empty array of filters`)
        }
        parts.push({ op: key, nodes: value.map(part => parse(part, depth + 1)) })
      } else if (key === 'not') {
        parts.push({ op: 'not', node: parse(value, depth + 1) })
      } else {
        parts.push(...parseConditions(parseTarget(key), key, value))
      }
    }
    const [only] = parts
    return parts.length === 1 && only ? only : { op: 'and', nodes: parts }
  }

  return parse(where, 0)
}

function parseTarget(name: string): WhereTarget {
  if (Object.hasOwn(whereFields, name)) {
    const field = name as WhereField
    return { field, kind: whereFields[field] }
  }
  const [head, ...path] = name.split('.')
  if (head !== 'metadata' || path.length === 0) {
    throw invalid(
      `names '${name}', which is neither 'metadata.<key>' nor one of ${Object.keys(whereFields).join(', ')}`,
    )
  }
  for (const key of path) {
    if (!pathKey.test(key) || forbiddenKeys.has(key)) {
      throw invalid(
        `has the path '${name}'; each key must match ${pathKey.source} and not be a built-in name`,
      )
    }
  }
  if (path.length > maxDepth) throw invalid(`has the path '${name}' of more than ${maxDepth} keys`)
  return { path }
}

function* parseConditions(target: WhereTarget, name: string, value: unknown): Generator<WhereNode> {
  if (value === null || typeof value !== 'object') {
    yield equal(target, name, value)
    return
  }
  if (!isPlainObject(value))
    throw invalid(`compares '${name}' with ${show(value)}; use { in: [...] } for a list`)
  const conditions = Object.entries(value).filter(([, operand]) => operand !== undefined)
  if (conditions.length === 0) throw invalid(`has no condition on '${name}'`)
  for (const [op, operand] of conditions) yield parseCondition(target, name, op, operand)
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
        throw invalid(`orders '${name}' by ${value}; only strings and numbers are ordered`)
      return { op, target, value }
    }
    case 'in':
    case 'nin': {
      if (!Array.isArray(operand))
        throw invalid(`has '${op}' on '${name}' with ${show(operand)}; give it an array`)
      if (operand.length > maxNodes)
        throw invalid(`has '${op}' on '${name}' with more than ${maxNodes} values`)
      const node: WhereNode = { op: 'in', target, values: operand.map(value => scalar(target, name, value)) }
      return op === 'in' ? node : { op: 'not', node }
    }
    case 'contains': {
      if ('field' in target && target.kind !== 'string')
        throw invalid(`has 'contains' on the number '${name}'`)
      return { op: 'contains', target, value: scalar(target, name, operand) }
    }
    case 'exists': {
      if (typeof operand !== 'boolean')
        throw invalid(`has 'exists' on '${name}' with ${show(operand)}; give true or false`)
      const node: WhereNode = { op: 'exists', target }
      return operand ? node : { op: 'not', node }
    }
    default:
      throw invalid(`uses the unknown operator '${op}' on '${name}'; there are ${comparisons.join(', ')}`)
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
    throw invalid(`compares '${name}' with ${show(value)}; give a string, a finite number or a boolean`)
  }
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw invalid(`compares '${name}' with text that has a NUL or a lone surrogate`)
  }
  if ('field' in target && typeof value !== target.kind) {
    throw invalid(`compares '${name}', a ${target.kind}, with the ${typeof value} ${show(value)}`)
  }
  return value
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function show(value: unknown): string {
  const text = typeof value === 'object' ? (JSON.stringify(value) ?? 'undefined') : String(value)
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `The filter 'where' ${what}.`)
}
