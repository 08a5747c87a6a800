import { hash } from 'node:crypto'

import { scopeOf } from './record.ts'
import type { Key, MemoryRecord, Scope } from './record.ts'

/** The scope of a filter, which leaves missing parts out, or of a record, where they are null. */
type ScopeParts = { readonly [Part in keyof Scope]: Scope[Part] | null }

export function keysOf(ids: readonly string[], scope: Scope): Key[] {
  return ids.map(id => ({ ...scope, id }))
}

/**
 * Returns a key with the record's whole scope: it does not name the record when the id belongs to another scope.
 */
export function keyOf(record: MemoryRecord): Key {
  return { ...scopeOf(record), id: record.id }
}

/**
 * Returns a string that is equal for two scopes exactly when they have the same parts. A null part counts as left
 * out.
 */
export function scopeKey({ orgId, userId, agentId, runId }: ScopeParts): string {
  return JSON.stringify([orgId, userId ?? null, agentId ?? null, runId ?? null])
}

/** True when two scopes have the same parts. */
export function sameScope(a: ScopeParts, b: ScopeParts): boolean {
  return (
    a.orgId === b.orgId &&
    (a.userId ?? null) === (b.userId ?? null) &&
    (a.agentId ?? null) === (b.agentId ?? null) &&
    (a.runId ?? null) === (b.runId ?? null)
  )
}

/** SHA-256 of the content's UTF-8, in hexadecimal. */
export function contentHash(content: string): string {
  return hash('sha256', content, 'hex')
}

/** Returns one value for one content in one scope: SHA-256, in hexadecimal. */
export function dedupeKey(scope: Scope, contentHash: string): string {
  const parts = [scope.orgId, scope.userId ?? null, scope.agentId ?? null, scope.runId ?? null, contentHash]
  return hash('sha256', JSON.stringify(parts), 'hex')
}

/**
 * Returns one value for one inferred content in one scope, other than that of a message of the same words: SHA-256, in
 * hexadecimal.
 */
export function factKey(scope: Scope, contentHash: string): string {
  return hash('sha256', `fact ${dedupeKey(scope, contentHash)}`, 'hex')
}

/** Returns one value for one set of facts that an owner's insight follows from, in whatever order: SHA-256, in hexadecimal. */
export function insightKey(owner: Scope, sources: readonly string[]): string {
  return hash('sha256', `insight ${scopeKey(owner)} ${JSON.stringify(sources.toSorted())}`, 'hex')
}
