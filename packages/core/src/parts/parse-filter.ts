import { parseWhere } from '../checks/parse-where.ts'
import { defaultOrg, isPrefixed, storedId } from '../contracts/stored-id.ts'
import type { Scalar, Where, WhereNode, WhereTarget } from '../contracts/where.ts'
import { parseTime } from './parse-time.ts'

/**
 * A filter that a caller of an organization gave, undefined for none. Its times may be what `add` takes as times, and its
 * ids are those that callers use.
 */
export function parseFilter(where: Where | undefined, orgId: string): WhereNode | undefined {
  if (where === undefined) return undefined
  const node = parseWhere(where, parseTime)
  return orgId === defaultOrg ? node : withStoredIds(node, orgId)
}

/** The same filter over what the Store has. */
function withStoredIds(node: WhereNode, orgId: string): WhereNode {
  if ('nodes' in node) return { op: node.op, nodes: node.nodes.map(part => withStoredIds(part, orgId)) }
  if ('node' in node) return { op: 'not', node: withStoredIds(node.node, orgId) }
  const { target } = node
  // A Store from before organizations had ids of their own may have either form.
  const forms = (value: Scalar): Scalar[] => {
    if (typeof value !== 'string') return [value]
    return isPrefixed(value) ? [storedId(orgId, value)] : [storedId(orgId, value), value]
  }
  const isId = 'field' in target && (target.field === 'id' || target.field === 'supersededBy')
  if (node.op === 'exists' || !(isId || isSource(target))) return node
  if (node.op === 'eq') return { op: 'in', target, values: forms(node.value) }
  if (node.op === 'in') return { ...node, values: node.values.flatMap(forms) }
  if (isId) return { ...node, target: { ...target, given: true } }
  if (node.op !== 'contains') return node
  return { op: 'or', nodes: forms(node.value).map(value => ({ ...node, value })) }
}

/** Whether a path leads to ids: see `givenRecord`. */
function isSource(target: WhereTarget): boolean {
  if (!('path' in target) || target.root !== 'derivation') return false
  const [key = ''] = target.path
  return key === 'sources' || key === 'later' || key === 'closedBy'
}
