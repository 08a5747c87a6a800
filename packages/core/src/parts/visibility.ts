import { keysOf } from '../contracts/record-keys.ts'
import { inScope } from '../contracts/record.ts'
import type { HistoryEntry, MemoryRecord, Scope } from '../contracts/record.ts'
import { whereFields } from '../contracts/where.ts'
import type { WhereField, WhereNode } from '../contracts/where.ts'
import type { MemoryItem } from '../memory-api.ts'
import type { MemoryParts } from './memory-parts.ts'

/** True when a record is there for a reader who is bound to a scope. */
export function isVisible(
  record: MemoryRecord | undefined,
  scope: Scope,
  now: number,
): record is MemoryRecord {
  return record !== undefined && inScope(record, scope) && !isGone(record, now)
}

/** True for a record that no call shows: it has expired, or is hidden. */
export function isGone(record: MemoryRecord, now: number): boolean {
  return record.deletedAt !== null || isExpired(record, now)
}

export function isExpired(record: MemoryRecord, now: number): boolean {
  return record.expiresAt !== null && record.expiresAt <= now
}

/** The records of these ids as a reader bound to a scope sees them, aligned. */
export async function readVisible(
  { store, now }: MemoryParts,
  ids: readonly string[],
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<(MemoryRecord | undefined)[]> {
  const records = await store.get(keysOf(ids, scope), { signal })
  return records.map(record => (record && !isGone(record, now()) ? record : undefined))
}

/** The history of a memory, as far as it belongs to the scope. */
export async function visibleHistory(
  { store }: MemoryParts,
  id: string,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<HistoryEntry[]> {
  const [entries = []] = await store.history(keysOf([id], scope), { signal })
  return entries
}

/** Which memories a call is about beside those in force. */
export interface Shown {
  /** True: also those in whose place others are now. Default false. */
  readonly superseded?: boolean | undefined
  /** What was in force at this time, in UTC milliseconds. Default: now. */
  readonly asOf?: number | undefined
  /** True: only those that are hidden, and no others. Default false. */
  readonly deleted?: boolean | undefined
}

/** A filter with the condition that a memory is shown: it has not expired, is not hidden, and is in force. */
export function visibleWhere(where: WhereNode | undefined, now: number, shown: Shown = {}): WhereNode {
  const nodes: WhereNode[] = where ? [where] : []
  nodes.push(not(expiredWhere(now)), shown.deleted ? exists('deletedAt') : not(exists('deletedAt')))
  if (shown.asOf !== undefined) nodes.push(inForceAt(shown.asOf))
  else if (!shown.superseded && !shown.deleted) nodes.push(not(exists('supersededBy')))
  return { op: 'and', nodes }
}

/** True of what held at a time, as far as it is known: what was corrected, or is held by another, never did. */
function inForceAt(time: number): WhereNode {
  const at = (op: 'lte' | 'gt', field: 'validFrom' | 'createdAt' | 'validTo'): WhereNode => ({
    op,
    target: { field, kind: 'number' },
    value: time,
  })
  const isFirst: WhereNode = { op: 'and', nodes: [not(exists('validFrom')), at('lte', 'createdAt')] }
  const isOpen: WhereNode = { op: 'and', nodes: [not(exists('validTo')), not(exists('supersededBy'))] }
  return {
    op: 'and',
    nodes: [
      { op: 'or', nodes: [at('lte', 'validFrom'), isFirst] },
      { op: 'or', nodes: [at('gt', 'validTo'), isOpen] },
    ],
  }
}

function not(node: WhereNode): WhereNode {
  return { op: 'not', node }
}

function exists(field: WhereField): WhereNode {
  return { op: 'exists', target: { field, kind: whereFields[field] } }
}

/** The filter that the memories pass which have expired. */
export function expiredWhere(now: number): WhereNode {
  return { op: 'lte', target: { field: 'expiresAt', kind: 'number' }, value: now }
}

export function toItem(record: MemoryRecord): MemoryItem {
  const { content, place: _place, indexed: _indexed, deletedAt: _deletedAt, ...fields } = record
  return { memory: content, ...fields }
}
