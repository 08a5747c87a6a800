import { whereFields } from '../contracts/where.ts'
import { show } from '../contracts/show-value.ts'
import { checkPlainObject, invalid, isPlainObject } from './check-values.ts'

/** More than what `parseWhere` makes of the deepest and the longest filter. */
const maxDepth = 64
const maxNodes = 20_000

const comparisons: ReadonlySet<unknown> = new Set([
  'eq',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'contains',
  'exists',
])

/** Checks the form of a parsed filter, which a Store is given. Throws `INVALID_ARGUMENT` also for one without an end. */
export function checkWhereNode(where: unknown, name: string): void {
  let nodes = 0
  const check = (node: unknown, depth: number): void => {
    checkPlainObject(node, name)
    if (depth > maxDepth) throw invalid(`${name} is nested deeper than ${maxDepth} levels.`)
    if (++nodes > maxNodes) throw invalid(`${name} has more than ${maxNodes} conditions and values.`)
    const { op, nodes: parts, node: inner, target, value, values } = node as Record<string, unknown>
    if (op === 'and' || op === 'or') {
      if (!Array.isArray(parts)) throw invalid(`${name} has '${op}' with ${show(parts)}; give it an array.`)
      for (const part of parts) check(part, depth + 1)
    } else if (op === 'not') {
      check(inner, depth + 1)
    } else if (comparisons.has(op)) {
      checkTarget(target, name)
      if (op === 'in' && !Array.isArray(values))
        throw invalid(`${name} has 'in' with ${show(values)}; give it an array.`)
      if (op === 'in') nodes += (values as unknown[]).length
      if (nodes > maxNodes) throw invalid(`${name} has more than ${maxNodes} conditions and values.`)
      for (const scalar of op === 'in' ? (values as unknown[]) : op === 'exists' ? [] : [value]) {
        if (!isScalar(scalar)) throw invalid(`${name} compares with ${show(scalar)}; see parseWhere.`)
      }
    } else {
      throw invalid(`${name} has the operator ${show(op)}; parseWhere makes it of a filter.`)
    }
  }
  check(where, 0)
}

function checkTarget(target: unknown, name: string): void {
  const { field, path, root, given } = isPlainObject(target) ? target : {}
  const isRead = given === undefined || typeof given === 'boolean'
  const named = typeof field === 'string' && Object.hasOwn(whereFields, field) && isRead
  const led = Array.isArray(path) && path.length > 0 && path.every(key => typeof key === 'string')
  const rooted = root === undefined || root === 'metadata' || root === 'derivation'
  if (!named && !(led && rooted))
    throw invalid(`${name} compares ${show(target)}, which is neither a field nor a path.`)
}

function isScalar(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  )
}
