import { keyOf } from '../contracts/record-keys.ts'
import type { Derivation, Key, MemoryRecord } from '../contracts/record.ts'
import type { Patch } from '../contracts/store-writes.ts'
import { maxSources } from './check-derivation.ts'

/** Which sources a memory gets, and which it loses. */
export interface SourceChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** The type of memories that go with any one of their sources, since they put several together. */
export const insightType = 'insight'

/**
 * What a write changes of the sources of a memory. A source that newer ones have pushed out of a full list stays noted: the
 * memory is told by it all the same.
 */
export function sourceChange(before: Derivation | null, after: Derivation | null): SourceChange {
  const [old, now] = [new Set(before?.sources), new Set(after?.sources)]
  const added = [...now].filter(id => !old.has(id))
  if (now.size >= maxSources) return { added, removed: [] }
  return { added, removed: [...old].filter(id => !now.has(id)) }
}

/** What a memory was made of, once some of its sources are gone. */
export function withoutSources(derivation: Derivation, gone: ReadonlySet<string>): Derivation {
  const sources = derivation.sources.filter(id => !gone.has(id))
  const { later } = derivation
  const runs = Object.entries(Object(later) as Record<string, readonly string[]>)
  return {
    ...derivation,
    sources,
    seen: Math.max(sources.length, derivation.seen - (derivation.sources.length - sources.length)),
    ...(later !== undefined && {
      later: Object.fromEntries(runs.map(([run, ids]) => [run, ids.filter(id => !gone.has(id))])),
    }),
  }
}

/** The patch of a memory that loses some of its sources and is told by others still. */
export function survivorPatch(
  survivor: { readonly key: Key; readonly derivation: Derivation },
  gone: ReadonlySet<string>,
  updatedAt: number,
): Patch {
  return {
    key: survivor.key,
    set: { derivation: withoutSources(survivor.derivation, gone) },
    updatedAt,
  }
}

/** A memory whose successor goes, and what is known of both. */
export interface Succeeded {
  readonly record: Pick<MemoryRecord, 'id' | 'orgId' | 'userId' | 'agentId' | 'runId' | 'validTo'>
  /** Its own dedupe key, whether it holds it now or not. */
  readonly dedupeKey: string | null
  /** True where it goes as well. */
  readonly isGone: boolean
  readonly successorId: string
  /** What took the place of the successor, and until when that held. */
  readonly next: string | null
  readonly until: number | null
}

/**
 * What becomes of memories whose successors go: each gets the first one of the chain behind that stays, or is in force
 * again. `holders`: the memories that have a dedupe key now, by the key; two that say the same are never both in force.
 */
export function revivals(
  all: readonly Succeeded[],
  holders: ReadonlyMap<string, string>,
  updatedAt: number,
): Patch[] {
  const nextOf = new Map(all.map(({ successorId, next, until }) => [successorId, { next, until }]))
  const held = new Map(holders)
  return all.flatMap(({ record, dedupeKey, isGone, successorId }): Patch[] => {
    if (isGone) return []
    let { next, until } = nextOf.get(successorId) ?? { next: null, until: null }
    // Whoever writes records by hand may have them follow each other in a circle.
    const passed = new Set<string | null>()
    for (let step = nextOf.get(next ?? ''); step && !passed.has(next); step = nextOf.get(next ?? '')) {
      passed.add(next)
      ;({ next, until } = step)
    }
    if (passed.has(next)) next = null
    const supersededBy = next ?? (dedupeKey === null ? null : (held.get(dedupeKey) ?? null))
    if (supersededBy === null && dedupeKey !== null) held.set(dedupeKey, record.id)
    const validTo = supersededBy === null || record.validTo === null ? null : (until ?? record.validTo)
    return [{ key: keyOf(record as MemoryRecord), set: { supersededBy, validTo }, updatedAt }]
  })
}

/** One patch for each memory. */
export function mergedPatches(patches: readonly Patch[]): Patch[] {
  const byId = new Map<string, Patch>()
  for (const patch of patches) {
    const other = byId.get(patch.key.id)
    byId.set(patch.key.id, { ...patch, set: { ...other?.set, ...patch.set } })
  }
  return [...byId.values()]
}
