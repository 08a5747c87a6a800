import type { Json, MemoryRecord } from './record.ts'
import { givenId } from './stored-id.ts'
import type { Scalar, WhereNode, WhereTarget } from './where.ts'

/** True when a record passes a filter. Every compiled filter must agree with this function. */
export function evaluateWhere(node: WhereNode, record: MemoryRecord): boolean {
  switch (node.op) {
    case 'and':
      return node.nodes.every(part => evaluateWhere(part, record))
    case 'or':
      return node.nodes.some(part => evaluateWhere(part, record))
    case 'not':
      return !evaluateWhere(node.node, record)
    case 'exists':
      return whereValue(node.target, record) !== undefined
    case 'eq':
      return whereValue(node.target, record) === node.value
    case 'in': {
      const value = whereValue(node.target, record)
      return node.values.some(candidate => candidate === value)
    }
    case 'contains': {
      const value = whereValue(node.target, record)
      if (typeof value === 'string') return typeof node.value === 'string' && value.includes(node.value)
      return Array.isArray(value) && value.includes(node.value)
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const order = compare(whereValue(node.target, record), node.value)
      if (order === undefined) return false
      if (node.op === 'gt') return order > 0
      if (node.op === 'gte') return order >= 0
      return node.op === 'lt' ? order < 0 : order <= 0
    }
    default: {
      const never: never = node
      return never
    }
  }
}

/** Returns the value of a record that a comparison reads; undefined when it is absent or null. */
export function whereValue(target: WhereTarget, record: MemoryRecord): Json | undefined {
  if ('field' in target) {
    const value = record[target.field] ?? undefined
    return target.given && typeof value === 'string' ? givenId(value) : value
  }
  let value: Json | null | undefined = record[target.root ?? 'metadata']
  for (const key of target.path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = Object.hasOwn(value, key) ? (value as { readonly [key: string]: Json })[key] : undefined
  }
  return value ?? undefined
}

function compare(left: Json | undefined, right: Scalar): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return compareCodePoints(left, right)
  return undefined
}

/**
 * Compares two strings by code point. Databases compare UTF-8 bytes, which gives the same order. The operator `<`
 * compares UTF-16 units, where U+10000 and up come before U+E000.
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    let a = left.charCodeAt(i)
    let b = right.charCodeAt(i)
    if (a === b) continue
    const aSurrogate = a >= 0xd800 && a <= 0xdfff
    const bSurrogate = b >= 0xd800 && b <= 0xdfff
    if (aSurrogate !== bSurrogate) {
      a = aSurrogate ? 0x10000 : a
      b = bSurrogate ? 0x10000 : b
    }
    return a - b
  }
  return left.length - right.length
}
