import { MemoryError } from '../contracts/errors.ts'
import { keyOf, keysOf } from '../contracts/record-keys.ts'
import { isCurrent } from '../contracts/record.ts'
import type { Key, MemoryRecord, Scope } from '../contracts/record.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { Patch } from '../contracts/store-writes.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isGone } from '../parts/visibility.ts'
import { readInsights } from './read-owner.ts'

/**
 * Closes the insights of a scope that follow from a fact which is not in force any more: what took the fact's place takes that of the
 * insight. Where the fact is gone, hidden or has expired, the insight is deleted with its history: it may tell what was to be
 * forgotten. No model is asked. Returns the ids.
 */
export async function closeInsights(
  parts: MemoryParts,
  scope: Scope,
  isOwner: boolean,
  options: CallOptions,
): Promise<string[]> {
  const closed: string[] = []
  for await (const page of readInsights(parts, scope, isOwner, options)) {
    const sources = [...new Set(page.flatMap(({ derivation }) => derivation?.sources ?? []))]
    const found = await parts.store.get(keysOf(sources, { orgId: scope.orgId }), options)
    const facts = new Map(found.flatMap(record => (record ? [[record.id, record]] : [])))
    closed.push(...(await closePage(parts, page, facts, options)))
  }
  return closed
}

async function closePage(
  parts: MemoryParts,
  page: readonly MemoryRecord[],
  facts: ReadonlyMap<string, MemoryRecord>,
  { signal }: CallOptions,
): Promise<string[]> {
  const { store, follower, now } = parts
  const time = now()
  const [patches, deletes] = [[] as Patch[], [] as Key[]]
  for (const insight of page) {
    const sources = (insight.derivation?.sources ?? []).map(id => facts.get(id))
    if (sources.every(fact => fact && isCurrent(fact) && !isGone(fact, time))) continue
    const isLost = sources.some(fact => !fact || isGone(fact, time))
    const successor = sources.find(fact => fact?.supersededBy)?.supersededBy
    if (isLost || !successor) deletes.push(keyOf(insight))
    else
      patches.push({
        key: keyOf(insight),
        set: { supersededBy: successor },
        expectVersion: insight.version,
        updatedAt: time,
      })
  }
  if (patches.length + deletes.length === 0) return []
  await follower.room(signal)
  try {
    const receipt = await store.commit({ patches, deletes }, { signal })
    const ids = [...patches.map(({ key }) => key.id), ...deletes.map(({ id }) => id)]
    followWrite(parts, receipt, [], ids)
    return ids
  } catch (error) {
    // Another process has changed one: what is to be closed is looked for again by the next call.
    if (MemoryError.is(error) && error.code === 'CONFLICT') return []
    throw error
  }
}
