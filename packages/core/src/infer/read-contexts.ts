import { scopeKey } from '../contracts/record-keys.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { PendingMemory } from '../contracts/store-commit.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { visibleWhere } from '../parts/visibility.ts'
import type { InferSettings } from './infer-settings.ts'
import { ownerOf } from './window.ts'

/** What was said before the first message of each owner, in its run. */
export async function readContexts(
  { store, now }: MemoryParts,
  units: readonly PendingMemory[],
  { context, roles }: InferSettings,
  { signal }: CallOptions,
): Promise<Map<string, MemoryRecord[]>> {
  const contexts = new Map<string, MemoryRecord[]>()
  if (context === 0) return contexts
  const firsts = new Map<string, MemoryRecord>()
  for (const { record } of units) {
    const key = scopeKey(ownerOf(record))
    const first = firsts.get(key)
    if (!first || record.createdAt < first.createdAt) firsts.set(key, record)
  }
  const isMessage = { op: 'eq', target: { field: 'type', kind: 'string' }, value: 'message' } as const
  for (const [key, first] of firsts) {
    const { userId, agentId, runId } = first
    // Nothing tells which of two conversations without a name comes before the other.
    if (runId === null) continue
    const scope: Scope = {
      orgId: first.orgId,
      runId,
      ...(userId !== null && { userId }),
      ...(agentId !== null && { agentId }),
    }
    const request = {
      scope,
      where: visibleWhere(isMessage, now()),
      order: { by: 'createdAt', direction: 'desc' },
      after: { id: first.id, place: first.place, time: first.createdAt },
      limit: context,
      pageSize: context,
    } as const
    const found: MemoryRecord[] = []
    for await (const page of store.query(request, { signal })) found.push(...page)
    const said = found.filter(record => scopeKey(ownerOf(record)) === key)
    contexts.set(key, said.filter(({ role }) => role === null || roles.includes(role)).toReversed())
  }
  return contexts
}
