import { isDeepStrictEqual } from 'node:util'

import { mintId } from '../contracts/mint-id.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { Derivation, Json, MemoryRecord, Metadata, StoredRecord } from '../contracts/record.ts'
import { storedId } from '../contracts/stored-id.ts'
import type { Patch } from '../contracts/store-writes.ts'
import type { InferredMemory } from '../infer-api.ts'
import type { Compared } from './compare-facts.ts'
import { candidatesOf } from './decide-facts.ts'
import type { Decision } from './decide-facts.ts'
import type { InferSettings } from './infer-settings.ts'

/** What is to be written for one owner. */
export interface Plan {
  readonly puts: readonly StoredRecord[]
  readonly patches: readonly Patch[]
  readonly results: readonly InferredMemory[]
}

export interface PlanContext {
  readonly settings: InferSettings
  readonly batch: string
  /** Who extracted. */
  readonly model: string
  readonly now: number
  /** Live facts of the owner. */
  readonly liveFacts: number
  readonly reusable: boolean
}

/** The most sources that a fact keeps, the newest, and the most runs whose sources can be told apart. */
const [keptSources, keptRuns] = [100, 10]
/** More than this many, and more than this share of an owner's facts, no run puts others in the place of. */
const [runaway, runawayShare] = [5, 0.2]

/** A stored memory as the plan leaves it. */
interface Changed {
  readonly record: MemoryRecord
  readonly set: { derivation?: Derivation; supersededBy?: string; validTo?: number }
}

/**
 * What is written of facts that were decided on, in order of time. It deletes nothing and rewrites no text; an older fact
 * closes no newer one, the caller's own stay as they are, and a run that would replace much replaces nothing.
 */
export function planFacts(
  facts: readonly Compared[],
  decisions: readonly Decision[],
  context: PlanContext,
): Plan {
  const plan = planOnce(facts, decisions, context, true)
  const replaced = plan.patches.filter(({ set }) => set.supersededBy !== undefined).length
  const isRunaway = replaced > Math.max(runaway, runawayShare * context.liveFacts)
  return isRunaway ? planOnce(facts, decisions, context, false) : plan
}

function planOnce(
  facts: readonly Compared[],
  decisions: readonly Decision[],
  context: PlanContext,
  replacing: boolean,
): Plan {
  const puts = new Map<string, StoredRecord>()
  const changed = new Map<string, Changed>()
  const results: InferredMemory[] = []
  /** The id under which each fact is stored, its own or that of a known one. */
  const idOf = new Map<number, string>()
  const isTaken = (id: string): boolean =>
    changed.get(id)?.set.supersededBy !== undefined || (puts.get(id)?.supersededBy ?? null) !== null
  const change = (record: MemoryRecord, set: Changed['set']): void => {
    const before = changed.get(record.id)
    changed.set(record.id, { record, set: { ...before?.set, ...set } })
  }

  for (const [place, compared] of facts.entries()) {
    const candidates = candidatesOf(compared).map((candidate): MemoryRecord | undefined => {
      if ('stored' in candidate) return candidate.stored
      const id = idOf.get(candidate.earlier)
      return id === undefined ? undefined : puts.get(id)
    })
    const { same, replaces } = decisions[place] ?? { same: [], replaces: [] }
    const known = same.map(k => candidates[k]).find(record => record !== undefined && !isTaken(record.id))
    const put = recordOf(compared, context)
    const sources = compared.fact.sources.map(({ id }) => id)
    if (known) {
      idOf.set(place, known.id)
      if (known.derivation) {
        const derivation = withSources(known.derivation, sources, context.batch)
        const own = puts.get(known.id)
        if (own) puts.set(own.id, { ...own, derivation })
        else
          change(known, {
            derivation: withSources(
              changed.get(known.id)?.set.derivation ?? known.derivation,
              sources,
              context.batch,
            ),
          })
      }
      results.push(resultOf(known, 'NONE', compared, {}))
      continue
    }

    const conflicts: string[] = []
    const closed: MemoryRecord[] = []
    let newer: MemoryRecord | undefined
    for (const { k, why } of replaces) {
      const other = candidates[k]
      if (!other || closed.includes(other)) continue
      const own = puts.get(other.id)
      const mayClose =
        replacing &&
        !isTaken(other.id) &&
        closed.length < context.settings.maxReplaced &&
        mayReplaceIt(other, own !== undefined, context.settings)
      if (!mayClose) {
        conflicts.push(other.id)
      } else if (other.createdAt > put.createdAt) {
        newer ??= other
      } else {
        closed.push(other)
        const validTo = why === 'changed' ? { validTo: put.validFrom ?? put.createdAt } : {}
        if (own) puts.set(own.id, { ...own, supersededBy: put.id, ...validTo })
        else change(other, { supersededBy: put.id, ...validTo })
      }
    }
    const isOld = newer !== undefined && closed.length === 0
    puts.set(put.id, isOld && newer ? closedAtBirth(put, newer) : put)
    idOf.set(place, put.id)
    const [previous] = closed
    results.push(
      resultOf(put, previous ? 'SUPERSEDE' : 'ADD', compared, {
        ...(previous && { previousId: previous.id, previousMemory: previous.content }),
        ...(conflicts.length > 0 && { conflicts }),
      }),
    )
  }
  const patches = Array.from(changed.values(), ({ record, set }) => patchOf(record, set, context.now))
  return { puts: [...puts.values()], patches, results }
}

/** A fact that is told late: a newer one stands in its place already. */
function closedAtBirth(put: StoredRecord, newer: MemoryRecord): StoredRecord {
  const derivation = put.derivation && { ...put.derivation, closedBy: newer.id }
  return { ...put, derivation, supersededBy: newer.id, validTo: newer.validFrom ?? newer.createdAt }
}

/** Whose memories may get a successor. What this run has just made is a model's. */
function mayReplaceIt(other: MemoryRecord, isOwn: boolean, { mayReplace }: InferSettings): boolean {
  if (mayReplace === 'none') return false
  return isOwn || mayReplace === 'any' || other.origin === 'model'
}

function patchOf(record: MemoryRecord, set: Changed['set'], updatedAt: number): Patch {
  return { key: keyOf(record), set, expectVersion: record.version, mustExist: true, updatedAt }
}

/** A fact is said when its first source was, and by whoever said that; it is recorded now. */
function recordOf(
  { fact, scope, hash, dedupeKey, vector }: Compared,
  { batch, model, now, reusable }: PlanContext,
): StoredRecord {
  const [first] = fact.sources
  const said = first?.createdAt ?? now
  const { from = null, to = null } = fact.when ?? {}
  const sources = fact.sources.map(({ id }) => id).slice(-keptSources)
  const derivation: Derivation = {
    batch,
    sources,
    seen: fact.sources.length,
    model,
    when: { from, to },
    entities: fact.entities,
    relations: fact.relations as unknown as Json,
    grounding: fact.grounding,
    ...(fact.fields && { fields: fact.fields }),
  }
  return {
    id: storedId(scope.orgId, mintId()),
    orgId: scope.orgId,
    userId: scope.userId ?? null,
    agentId: scope.agentId ?? null,
    runId: scope.runId ?? null,
    content: fact.text,
    hash,
    metadata: sharedMetadata(fact.sources),
    type: fact.type,
    level: 'normal',
    importance: fact.importance,
    accessCount: 0,
    lastAccessedAt: null,
    createdAt: said,
    updatedAt: now,
    place: first?.place ?? 0,
    indexed: true,
    expiresAt: first?.expiresAt ?? null,
    version: 1,
    createdBy: null,
    updatedBy: null,
    actorId: first?.actorId ?? null,
    role: first?.role ?? null,
    validFrom: from !== null && from < said ? from : said,
    validTo: null,
    supersededBy: null,
    origin: 'model',
    derivation,
    deletedAt: null,
    vector,
    dedupeKey,
    reusable: reusable && vector !== null,
  }
}

/** What all sources of a fact have in their metadata: the keys whose values are alike. */
function sharedMetadata([first, ...others]: readonly MemoryRecord[]): Metadata {
  const entries = Object.entries(first?.metadata ?? {})
  const isShared = ([key, value]: [string, Json]): boolean =>
    others.every(({ metadata }) => key in metadata && isDeepStrictEqual(metadata[key], value))
  return Object.fromEntries(entries.filter(isShared))
}

/** The sources of one run are kept apart, so that it can be undone. */
function withSources(derivation: Derivation, sources: readonly string[], batch: string): Derivation {
  const fresh = sources.filter(id => !derivation.sources.includes(id))
  const runs = Object(derivation['later']) as Record<string, readonly string[]>
  const later = { ...runs, [batch]: [...(runs[batch] ?? []), ...fresh] }
  const kept = Object.entries(later).slice(-keptRuns)
  return {
    ...derivation,
    sources: [...derivation.sources, ...fresh].slice(-keptSources),
    seen: derivation.seen + fresh.length,
    later: Object.fromEntries(kept),
  }
}

function resultOf(
  record: Pick<MemoryRecord, 'id' | 'content'>,
  event: InferredMemory['event'],
  { fact }: Compared,
  more: Partial<InferredMemory>,
): InferredMemory {
  const [first] = fact.sources
  return {
    id: record.id,
    memory: record.content,
    event,
    ...more,
    sources: fact.sources.map(({ id }) => id),
    ...(first?.actorId && { actorId: first.actorId }),
    ...(first?.role && { role: first.role }),
  }
}
