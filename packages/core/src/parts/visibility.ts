import { inScope } from '../contracts/record.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope } from '../contracts/record.ts'
import { storedId } from '../contracts/stored-id.ts'
import { whereFields } from '../contracts/where.ts'
import type { WhereField, WhereNode } from '../contracts/where.ts'
import type { MemoryItem } from '../memory-api.ts'
import { givenEntry, givenRecord } from './given-ids.ts'
import type { MemoryParts } from './memory-parts.ts'
import { asHeld, bothForms } from './plain-ids.ts'

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

/** The keys of ids that a caller has given, in the scope that it is bound to. */
export function storedKeys(ids: readonly string[], scope: Scope): Key[] {
  return ids.map(id => ({ ...scope, id: storedId(scope.orgId, id) }))
}

/** The ids under which what these name is stored. */
export async function heldIds(
  { store }: MemoryParts,
  ids: readonly string[],
  { orgId }: Scope,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const keys = await asHeld(store, storedKeys(ids, { orgId }), { signal })
  return keys.map(({ id }) => id)
}

/** The records of these ids as a reader bound to a scope sees them, aligned. */
export async function readVisible(
  { store, now }: MemoryParts,
  ids: readonly string[],
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<(MemoryRecord | undefined)[]> {
  const keys = await asHeld(store, storedKeys(ids, scope), { signal })
  const records = await store.get(keys, { signal })
  return records.map(record => (record && !isGone(record, now()) ? record : undefined))
}

/** The history of a memory, as far as it belongs to the scope. */
export async function visibleHistory(
  { store }: MemoryParts,
  id: string,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<HistoryEntry[]> {
  const keys = bothForms(store, storedKeys([id], scope))
  const entries = await store.history(keys, { signal })
  return entries.flat().map(givenEntry)
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
  const { content, place: _place, indexed: _indexed, deletedAt: _deletedAt, ...fields } = givenRecord(record)
  return { memory: content, ...fields }
}
