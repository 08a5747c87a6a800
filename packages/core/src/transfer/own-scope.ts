import { factKey } from '../contracts/record-keys.ts'
import { scopeOf } from '../contracts/record.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import { narrowScope, requireScope } from '../parts/narrow-scope.ts'

type Owner = Pick<MemoryRecord, 'userId' | 'agentId' | 'runId'>

/**
 * Whose a record is that comes from elsewhere, inside the scope that is bound: its organization is the bound one, and what
 * the record does not say, the bound scope says. Throws `INVALID_ARGUMENT` when the two differ.
 */
export function ownScope(bound: Scope, owner: Partial<Owner>): Pick<MemoryRecord, 'orgId'> & Owner {
  // A record says null where an option is left out.
  const said = Object.entries(owner).filter(([, value]) => value !== null && value !== undefined)
  const scope = narrowScope(bound, Object.fromEntries(said) as { [Part in keyof Owner]: string })
  requireScope(scope, 'The record')
  const { orgId, userId = null, agentId = null, runId = null } = scope
  return { orgId, userId, agentId, runId }
}

/** The dedupe key of such a record. What was inferred is kept once for one content: another worker must not store it again. */
export function ownDedupeKey(record: MemoryRecord): string | null {
  return record.origin === 'model' ? factKey(scopeOf(record), record.hash) : null
}
