import { contentHash, factKey, keysOf } from '../contracts/record-keys.ts'
import { isCurrent, scopeOf } from '../contracts/record.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { noEmbedder } from '../parts/no-vectors.ts'
import { isGone } from '../parts/visibility.ts'
import { splitWords } from '../text/split-words.ts'
import { innerProduct } from '../vectors/inner-product.ts'
import { embedMissing } from '../write/store-records.ts'
import type { CheckedFact } from './check-facts.ts'
import type { InferSettings } from './infer-settings.ts'
import { isOwnedBy } from './window.ts'

/** A fact that may be stored, and what it is compared with. */
export interface Compared {
  readonly fact: CheckedFact
  readonly owner: Scope
  /** Whose it will be. */
  readonly scope: Scope
  readonly hash: string
  readonly dedupeKey: string
  readonly vector: Float32Array | null
  /** The words, by which equal facts are known. */
  readonly words: string
  /** Stored facts near it, the nearest first. */
  readonly stored: readonly MemoryRecord[]
  /** Earlier facts of the same run that are near it, by their place in the list. */
  readonly earlier: readonly number[]
}

/** Memories that are no facts. */
const noFacts: ReadonlySet<string> = new Set(['message', 'insight'])
/** How many more are asked for, since messages stand among facts, and how many where that was not enough. */
const [overfetch, widest] = [4, 64]

/**
 * Embeds all facts in one call and asks the index once for what is near them: facts of their owner, in whatever run. Where
 * messages crowd them out it is asked once more. `facts` are in order of time.
 */
export async function compareFacts(
  parts: MemoryParts,
  facts: readonly { readonly fact: CheckedFact; readonly owner: Scope }[],
  settings: InferSettings,
  { signal }: CallOptions,
): Promise<Compared[]> {
  const items = facts.map(({ fact, owner: { orgId } }) => ({
    content: fact.text,
    embedding: undefined,
    orgId,
  }))
  const vectors = await embedMissing(parts, items, signal)
  const found = await neighboursOf(parts, facts, vectors, settings, overfetch, signal)
  const isCrowded = (i: number): boolean => {
    const { isFull, records } = found[i] as Found
    return isFull && records.length < settings.neighbours
  }
  const short = facts.filter((_, i) => isCrowded(i)).map(({ owner }) => owner)
  // Of those who have no facts yet, all that is near are messages.
  const known = await withFacts(parts, new Set(short), signal)
  const crowded = facts.flatMap(({ owner }, i) => (isCrowded(i) && known.has(owner) ? [i] : []))
  if (crowded.length > 0) {
    const again = await neighboursOf(
      parts,
      crowded.map(i => facts[i] as (typeof facts)[number]),
      crowded.map(i => vectors[i] ?? null),
      settings,
      widest,
      signal,
    )
    crowded.forEach((i, n) => (found[i] = again[n] ?? found[i] ?? { records: [], isFull: false }))
  }
  const words = facts.map(({ fact }) => splitWords(fact.text).join(' '))
  const earlier = earlierFacts(facts, words, vectors, settings)
  return facts.map(({ fact, owner }, i) => {
    const [first] = fact.sources
    const { runId, ...rest } = first ? scopeOf(first) : owner
    const hasNoRun = settings.factScope === 'user' && (rest.userId ?? rest.agentId) !== undefined
    const scope: Scope = hasNoRun || runId === undefined ? rest : { ...rest, runId }
    const hash = contentHash(fact.text)
    return {
      fact,
      owner,
      scope,
      hash,
      dedupeKey: factKey(scope, hash),
      vector: vectors[i] ?? null,
      words: words[i] ?? '',
      stored: (found[i]?.records ?? []).slice(0, settings.neighbours),
      earlier: earlier[i] ?? [],
    }
  })
}

/** The owners of whom there are facts: one statement each, which ends at the first. */
async function withFacts(
  { store }: MemoryParts,
  owners: ReadonlySet<Scope>,
  signal: AbortSignal | undefined,
): Promise<Set<Scope>> {
  const isModel = { op: 'eq', target: { field: 'origin', kind: 'string' }, value: 'model' } as const
  const found = new Set<Scope>()
  for (const owner of owners) {
    for await (const [record] of store.query({ scope: owner, where: isModel, limit: 1 }, { signal }))
      if (record) found.add(owner)
  }
  return found
}

/**
 * For each fact the earlier ones of its owner that it is compared with: the first that has the same words, then the last
 * `neighbours` of those that are near. Looks back only until it has these, since a call may have thousands of facts.
 */
function earlierFacts(
  facts: readonly { readonly owner: Scope }[],
  words: readonly string[],
  vectors: readonly (Float32Array | null)[],
  { floor, neighbours }: InferSettings,
): number[][] {
  const isNear = (i: number, j: number): boolean => {
    if (words[i] === words[j]) return true
    const [a, b] = [vectors[i], vectors[j]]
    return a && b ? innerProduct(a, b, 0) >= floor : false
  }
  const owners = new Map<Scope, { readonly firstOf: Map<string, number>; readonly places: number[] }>()
  return facts.map(({ owner }, i) => {
    const { firstOf, places } = owners.get(owner) ?? { firstOf: new Map<string, number>(), places: [] }
    owners.set(owner, { firstOf, places })
    const text = words[i] ?? ''
    const twin = firstOf.get(text)
    const near: number[] = []
    for (let at = places.length - 1; at >= 0 && near.length < neighbours; at--) {
      const j = places[at] as number
      if (j !== twin && isNear(i, j)) near.unshift(j)
    }
    if (twin === undefined) firstOf.set(text, i)
    places.push(i)
    return twin === undefined ? near : [twin, ...near]
  })
}

interface Found {
  readonly records: readonly MemoryRecord[]
  /** Whether there may be more. */
  readonly isFull: boolean
}

async function neighboursOf(
  parts: MemoryParts,
  facts: readonly { readonly fact: CheckedFact; readonly owner: Scope }[],
  vectors: readonly (Float32Array | null)[],
  { neighbours, floor }: InferSettings,
  factor: number,
  signal: AbortSignal | undefined,
): Promise<Found[]> {
  if (facts.length === 0) return []
  const { store, follower, texts, embedder, now } = parts
  const k = neighbours * factor
  const lists =
    embedder === noEmbedder
      ? (
          await texts.search(
            facts.map(({ fact, owner: scope }) => ({
              query: fact.text,
              scope,
              k,
              context: false,
              now: now(),
            })),
            { signal },
          )
        ).map(({ matches }) => matches.map(({ id, coverage }) => ({ id, score: coverage })))
      : await follower.search(
          facts.map(({ owner: scope }, i) => ({ vector: vectors[i] ?? new Float32Array(), scope, k })),
          { signal },
        )
  const ids = [...new Set(lists.flat().map(({ id }) => id))]
  const orgId = facts[0]?.owner.orgId ?? ''
  const records = await store.get(keysOf(ids, { orgId }), { signal })
  const byId = new Map(records.flatMap(record => (record ? [[record.id, record]] : [])))
  const time = now()
  return lists.map((list, i) => ({
    isFull: list.length >= k,
    records: list.flatMap(({ id, score }) => {
      const record = byId.get(id)
      const isNear = record && score >= floor && isCurrent(record) && !isGone(record, time)
      return isNear && !noFacts.has(record.type) && isOwnedBy(record, (facts[i] as { owner: Scope }).owner)
        ? [record]
        : []
    }),
  }))
}
