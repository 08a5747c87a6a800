import { MemoryError } from '../contracts/errors.ts'
import type { Extractor } from '../contracts/extractor.ts'
import { keyOf, keysOf } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import { givenId } from '../contracts/stored-id.ts'
import type { PendingMemory } from '../contracts/store-commit.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { InferredMemory, Relation } from '../infer-api.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isGone, visibleWhere } from '../parts/visibility.ts'
import { givenFact } from './given-fact.ts'
import type { CheckedFact } from './check-facts.ts'
import { compareFacts } from './compare-facts.ts'
import type { Compared } from './compare-facts.ts'
import { decideFacts } from './decide-facts.ts'
import type { Decision } from './decide-facts.ts'
import type { InferSettings } from './infer-settings.ts'
import { planFacts } from './plan.ts'
import type { Plan } from './plan.ts'
import type { Spending } from './spending.ts'

/** What was extracted of one owner's messages, and the messages that are done with it. */
export interface OwnerWork {
  readonly owner: Scope
  readonly facts: readonly CheckedFact[]
  readonly done: readonly PendingMemory[]
}

export interface Stored {
  readonly results: readonly InferredMemory[]
  readonly relations: readonly Relation[]
  /** The messages that are done. */
  readonly done: readonly PendingMemory[]
  /** Messages whose facts could not be stored, with the reason. */
  readonly failed: readonly { readonly units: readonly PendingMemory[]; readonly error: MemoryError }[]
}

export interface Inferring {
  readonly parts: MemoryParts
  readonly extractor: Extractor
  readonly settings: InferSettings
  readonly batch: string
  readonly spending: Spending
  /** Whether what was extracted is written down before it is stored. */
  readonly keeps: boolean
}

/** How often a commit is tried that others were faster than. */
const mostTries = 4

/**
 * Compares, decides and stores: one embed call, one query of the index and the sets of all owners together, and one commit
 * an owner. Where another writer was faster, what is stored now is compared and decided on again, for the messages that
 * still wait; nothing is extracted twice.
 */
export async function storeFacts(
  inferring: Inferring,
  works: readonly OwnerWork[],
  options: CallOptions,
): Promise<Stored> {
  const [results, relations, done] = [[] as InferredMemory[], [] as Relation[], [] as PendingMemory[]]
  const failed: { units: readonly PendingMemory[]; error: MemoryError }[] = []
  let left = works
  for (let attempt = 1; left.length > 0; attempt++) {
    const again: OwnerWork[] = []
    const flat = left.flatMap(({ owner, facts }) => inOrder(facts).map(fact => ({ fact, owner })))
    const compared = await compareFacts(inferring.parts, flat, inferring.settings, options)
    const { extractor, settings, spending } = inferring
    const { decisions, failures } = await decideFacts(extractor, compared, settings, spending, options)
    for (const work of left) {
      const failure = failures.get(work.owner)
      if (failure) {
        failed.push({ units: work.done, error: failure })
        continue
      }
      const mine = compared.flatMap((fact, n) => (fact.owner === work.owner ? [n] : []))
      try {
        const plan = await commitOwner(inferring, work, compared, decisions, mine, options)
        results.push(...plan.results)
        relations.push(...relationsOf(plan))
        done.push(...work.done)
      } catch (thrown) {
        const error = MemoryError.from(thrown, 'The facts could not be stored')
        if (error.code === 'ABORTED' || error.code === 'CLOSED' || error.code === 'MODEL_MISMATCH')
          throw error
        const isLate = error.code === 'CONFLICT' || error.code === 'NOT_FOUND'
        const rest = isLate && attempt < mostTries ? await stillWaiting(inferring, work, options) : undefined
        if (rest && rest.done.length > 0) again.push(rest)
        else if (!rest) failed.push({ units: work.done, error })
      }
    }
    left = again
  }
  return { results, relations, done, failed }
}

/** In the order in which they were said. */
function inOrder(facts: readonly CheckedFact[]): CheckedFact[] {
  const [time, place] = [
    ({ sources: [first] }: CheckedFact): number => first?.createdAt ?? 0,
    ({ sources: [first] }: CheckedFact): number => first?.place ?? 0,
  ]
  return facts.toSorted((a, b) => time(a) - time(b) || place(a) - place(b))
}

/** Writes what is planned for one owner, in one transaction. */
async function commitOwner(
  { parts, extractor, settings, batch }: Inferring,
  { owner, done }: OwnerWork,
  compared: readonly Compared[],
  decisions: readonly Decision[],
  mine: readonly number[],
  { signal }: CallOptions,
): Promise<Plan> {
  const { store, follower, now } = parts
  const placeOf = new Map(mine.map((n, place) => [n, place]))
  // Places of earlier facts are those of all owners: here they become those of this one.
  const facts = mine.map(n => {
    const fact = compared[n] as Compared
    return { ...fact, earlier: fact.earlier.map(j => placeOf.get(j) ?? -1) }
  })
  const mayRunAway = mine.reduce((sum, n) => sum + (decisions[n]?.replaces.length ?? 0), 0) > 5
  const context = {
    settings,
    batch,
    model: extractor.name,
    now: now(),
    liveFacts: mayRunAway ? await countFacts(parts, owner, signal) : 0,
    reusable: parts.reuse,
  }
  const full = planFacts(
    facts,
    mine.map(n => decisions[n] ?? { same: [], replaces: [] }),
    context,
  )
  const plan = await reviewed(full, settings)
  await follower.room(signal)
  const isKept = settings.messages !== 'discard'
  const receipt = await store.commit(
    {
      puts: plan.puts,
      patches: plan.patches,
      done: done.map(({ record }) => keyOf(record)),
      ...(!isKept && { deletes: done.map(({ record }) => keyOf(record)) }),
    },
    { signal },
  )
  const gone = isKept ? [] : done.map(({ record }) => record.id)
  const closed = plan.patches.flatMap(({ key, set }) => (set.supersededBy === undefined ? [] : [key.id]))
  // Of the others the vectors stay as they are, and are in the log at their new places.
  if (plan.patches.length > closed.length) follower.accept({}, { upserts: [], deletes: [] })
  else followWrite(parts, receipt, plan.puts, [...closed, ...gone])
  return plan
}

/** What the caller's `review` leaves of a plan: what is not stored supersedes nothing. */
async function reviewed(plan: Plan, { review }: InferSettings): Promise<Plan> {
  if (!review) return plan
  const facts = plan.results.filter(({ event }) => event !== 'NONE').map(givenFact)
  const kept = new Set(await review({ facts }))
  const isOut = (id: string | null | undefined): boolean =>
    id !== null && id !== undefined && plan.puts.some(put => put.id === id) && !kept.has(givenId(id))
  const puts = plan.puts
    .filter(({ id }) => !isOut(id))
    .map(put => (isOut(put.supersededBy) ? { ...put, supersededBy: null, validTo: null } : put))
  const patches = plan.patches.flatMap(patch => {
    if (!isOut(patch.set.supersededBy)) return [patch]
    const { supersededBy: _by, validTo: _to, ...set } = patch.set
    return Object.keys(set).length > 0 ? [{ ...patch, set }] : []
  })
  return { puts, patches, results: plan.results.filter(({ id }) => !isOut(id)) }
}

/** Live facts of an owner, as far as its scope tells. */
async function countFacts(
  { store, now }: MemoryParts,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<number> {
  const isModel = { op: 'eq', target: { field: 'origin', kind: 'string' }, value: 'model' } as const
  return store.count({ scope, where: visibleWhere(isModel, now()) }, { signal })
}

/** The messages of an owner that still wait, and the facts that they say. */
async function stillWaiting(
  { parts }: Inferring,
  work: OwnerWork,
  { signal }: CallOptions,
): Promise<OwnerWork> {
  const { store, now } = parts
  const waiting = new Set<string>()
  for (const state of ['waiting', 'parked'] as const) {
    for (let after = 0; ;) {
      const request = { scope: work.owner, after, limit: 1_000, state, now: 8.64e15 }
      const page = await store.pending(request, { signal })
      for (const { record } of page.messages) waiting.add(record.id)
      if (page.done) break
      after = page.cursor
    }
  }
  const done = work.done.filter(({ record }) => waiting.has(record.id))
  const ids = done.map(({ record }) => record.id)
  const records = await store.get(keysOf(ids, { orgId: work.owner.orgId }), { signal })
  const isThere = (record: MemoryRecord | undefined): record is MemoryRecord =>
    record !== undefined && !isGone(record, now())
  const live = new Set(records.filter(isThere).map(({ id }) => id))
  const facts = work.facts.flatMap(fact => {
    const sources = fact.sources.filter(({ id }) => live.has(id))
    return sources.length > 0 ? [{ ...fact, sources }] : []
  })
  return { ...work, facts, done }
}

function relationsOf({ puts }: Plan): Relation[] {
  return puts.flatMap(({ id, derivation }) => {
    const relations = derivation?.['relations'] as unknown as readonly Relation[] | undefined
    return (relations ?? []).map(relation => ({ ...relation, memoryId: id }))
  })
}
