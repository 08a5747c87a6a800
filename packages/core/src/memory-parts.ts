import type { Embedder } from './embedder.ts'
import type { Follower } from './follower.ts'
import type { MemoryItem } from './memory-face.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope } from './record.ts'
import { inScope, scopeOf } from './record.ts'
import type { Store } from './store.ts'
import type { VectorIndex } from './vector-index.ts'
import type { WhereNode } from './where.ts'

/** What a Memory is composed of; its calls are functions over these. */
export interface MemoryParts {
  /** Bound to the model of the embedder. */
  readonly store: Store
  readonly index: VectorIndex
  /** Behind its cache, where there is one. */
  readonly embedder: Embedder
  readonly follower: Follower
  /** Whether the Store is to find vectors by their text again. */
  readonly reuse: boolean
  /** UTC milliseconds. */
  readonly now: () => number
}

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
  const target = { field: 'expiresAt', kind: 'number' } as const
  const expired: WhereNode = { op: 'lte', target, value: now }
  const alive: WhereNode = { op: 'not', node: expired }
  return where ? { op: 'and', nodes: [where, alive] } : alive
}

export function keysOf(ids: readonly string[], scope: Scope): Key[] {
  return ids.map(id => ({ ...scope, id }))
}

/** The key that names a record only as long as it is its owner's. */
export function keyOf(record: MemoryRecord): Key {
  return { ...scopeOf(record), id: record.id }
}

export function toItem({ content, ...record }: MemoryRecord): MemoryItem {
  return { memory: content, ...record }
}
