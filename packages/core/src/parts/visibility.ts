import { keysOf } from '../contracts/record-keys.ts'
import { inScope } from '../contracts/record.ts'
import type { HistoryEntry, MemoryRecord, Scope } from '../contracts/record.ts'
import type { WhereNode } from '../contracts/where.ts'
import type { MemoryItem } from '../memory-api.ts'
import type { MemoryParts } from './memory-parts.ts'

/** True when a record is there for a reader who is bound to a scope. */
export function isVisible(
  record: MemoryRecord | undefined,
  scope: Scope,
  now: number,
): record is MemoryRecord {
  return record !== undefined && inScope(record, scope) && !isExpired(record, now)
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
  return records.map(record => (record && !isExpired(record, now()) ? record : undefined))
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

/** A filter with the condition that a memory has not expired. */
export function visibleWhere(where: WhereNode | undefined, now: number): WhereNode {
  const alive: WhereNode = { op: 'not', node: expiredWhere(now) }
  return where ? { op: 'and', nodes: [where, alive] } : alive
}

/** The filter that the memories pass which have expired. */
export function expiredWhere(now: number): WhereNode {
  return { op: 'lte', target: { field: 'expiresAt', kind: 'number' }, value: now }
}

export function toItem({ content, place: _place, indexed: _indexed, ...record }: MemoryRecord): MemoryItem {
  return { memory: content, ...record }
}
