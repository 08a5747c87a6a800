import { contentHash, insightKey, keyOf, keysOf } from '../contracts/record-keys.ts'
import { isCurrent } from '../contracts/record.ts'
import type { MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import type { CallOptions } from '../contracts/log.ts'
import { mintId } from '../contracts/mint-id.ts'
import { storedId } from '../contracts/stored-id.ts'
import type { Patch } from '../contracts/store-writes.ts'
import type { ConsolidatedInsight } from '../consolidate-api.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isGone } from '../parts/visibility.ts'
import { embedMissing } from '../write/store-records.ts'
import type { CheckedInsight } from './check-insights.ts'

/** What insights are stored with. */
export interface InsightContext {
  readonly owner: Scope
  readonly batch: string
  readonly model: string
}

/**
 * Stores insights in one transaction with one embed call. What follows from the facts of one that is in force is known. One in force
 * that follows from facts of the new one's cluster alone, and shares some with it, gets it as its successor; nothing else is
 * changed.
 */
export async function storeInsights(
  parts: MemoryParts,
  insights: readonly CheckedInsight[],
  inForce: readonly MemoryRecord[],
  context: InsightContext,
  { signal }: CallOptions,
): Promise<ConsolidatedInsight[]> {
  const { store, follower, now } = parts
  const { owner } = context
  const known = new Set(inForce.map(({ derivation }) => insightKey(owner, derivation?.sources ?? [])))
  const fresh = insights.filter(({ sources }) => !known.has(keyOfSources(owner, sources)))
  if (fresh.length === 0) return []
  const items = fresh.map(({ text }) => ({ content: text, embedding: undefined, orgId: owner.orgId }))
  const vectors = await embedMissing(parts, items, signal)
  const time = now()
  const puts = fresh.map((insight, i) => recordOf(insight, vectors[i] ?? null, context, time, parts.reuse))
  const replaced = new Map<string, MemoryRecord[]>()
  const patches: Patch[] = []
  for (const old of inForce) {
    const place = fresh.findIndex(insight => standsFor(insight, old))
    const successor = puts[place]
    if (!successor) continue
    replaced.set(successor.id, [...(replaced.get(successor.id) ?? []), old])
    const set = { supersededBy: successor.id }
    patches.push({ key: keyOf(old), set, expectVersion: old.version, mustExist: true, updatedAt: time })
  }
  await follower.room(signal)
  const receipt = await store.commit({ puts, patches }, { signal })
  const stored = puts.filter(({ id }) => !receipt.duplicates.has(id))
  followWrite(
    parts,
    receipt,
    stored,
    patches.map(({ key }) => key.id),
  )
  const lost = await withoutSources(parts, stored, { signal })
  return stored
    .filter(({ id }) => !lost.has(id))
    .map(({ id, content, derivation }) => ({
      id,
      memory: content,
      sources: derivation?.sources ?? [],
      replaces: (replaced.get(id) ?? []).map(old => old.id),
    }))
}

function keyOfSources(owner: Scope, sources: readonly MemoryRecord[]): string {
  return insightKey(
    owner,
    sources.map(({ id }) => id),
  )
}

/** Whether an insight in force is an earlier one about the same. */
function standsFor({ sources, cluster }: CheckedInsight, old: MemoryRecord): boolean {
  const told = old.derivation?.sources ?? []
  const isWithin = told.every(id => cluster.some(fact => fact.id === id))
  return isWithin && told.some(id => sources.some(fact => fact.id === id))
}

/** Deletes what was just stored where a fact of it was deleted meanwhile: a deletion is whole. Returns the ids. */
async function withoutSources(
  parts: MemoryParts,
  stored: readonly StoredRecord[],
  { signal }: CallOptions,
): Promise<ReadonlySet<string>> {
  const { store, follower, now } = parts
  const ids = [...new Set(stored.flatMap(({ derivation }) => derivation?.sources ?? []))]
  const found = await store.get(keysOf(ids, { orgId: stored[0]?.orgId ?? '' }), { signal })
  const time = now()
  const live = new Set(
    found.flatMap(record => (record && isCurrent(record) && !isGone(record, time) ? [record.id] : [])),
  )
  const lost = stored.filter(({ derivation }) => derivation?.sources.some(id => !live.has(id)))
  if (lost.length > 0) {
    await follower.room(signal)
    const receipt = await store.commit({ deletes: lost.map(keyOf) }, { signal })
    followWrite(
      parts,
      receipt,
      [],
      lost.map(({ id }) => id),
    )
  }
  return new Set(lost.map(({ id }) => id))
}

/** An insight is of the time of its newest fact, counts as much as the weightiest, and ends with the first that does. */
function recordOf(
  { text, sources, grounding }: CheckedInsight,
  vector: Float32Array | null,
  { owner, batch, model }: InsightContext,
  now: number,
  reuse: boolean,
): StoredRecord {
  const ends = sources.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  const said = Math.max(...sources.map(({ createdAt }) => createdAt))
  return {
    id: storedId(owner.orgId, mintId()),
    orgId: owner.orgId,
    userId: owner.userId ?? null,
    agentId: owner.agentId ?? null,
    runId: owner.runId ?? null,
    content: text,
    hash: contentHash(text),
    metadata: {},
    type: 'insight',
    level: 'normal',
    importance: Math.max(...sources.map(({ importance }) => importance)),
    accessCount: 0,
    lastAccessedAt: null,
    createdAt: said,
    updatedAt: now,
    place: 0,
    indexed: true,
    expiresAt: ends.length > 0 ? Math.min(...ends) : null,
    version: 1,
    createdBy: null,
    updatedBy: null,
    actorId: null,
    role: null,
    validFrom: Math.max(...sources.map(({ validFrom, createdAt }) => validFrom ?? createdAt)),
    validTo: null,
    supersededBy: null,
    origin: 'model',
    derivation: { batch, sources: sources.map(({ id }) => id), seen: sources.length, model, grounding },
    deletedAt: null,
    vector,
    dedupeKey: keyOfSources(owner, sources),
    reusable: reuse && vector !== null,
  }
}
