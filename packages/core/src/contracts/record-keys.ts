import { hash } from 'node:crypto'

import { scopeOf } from './record.ts'
import type { Key, MemoryRecord, Scope } from './record.ts'

export function keysOf(ids: readonly string[], scope: Scope): Key[] {
  return ids.map(id => ({ ...scope, id }))
}

/** The key that names a record only as long as it is its owner's. */
export function keyOf(record: MemoryRecord): Key {
  return { ...scopeOf(record), id: record.id }
}

/** SHA-256 of the content's UTF-8, in hexadecimal. */
export function contentHash(content: string): string {
  return hash('sha256', content, 'hex')
}

/** One value for one content in one scope. */
export function dedupeKey(scope: Scope, contentHash: string): string {
  const parts = [scope.orgId, scope.userId ?? null, scope.agentId ?? null, scope.runId ?? null, contentHash]
  return hash('sha256', JSON.stringify(parts), 'hex')
}
