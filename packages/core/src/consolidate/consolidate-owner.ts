import { hash } from 'node:crypto'
import { MemoryError } from '../contracts/errors.ts'
import type { Extractor } from '../contracts/extractor.ts'
import type { CallOptions } from '../contracts/log.ts'
import { scopeKey } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { ConsolidatedInsight, DroppedInsight } from '../consolidate-api.ts'
import type { InferSettings } from '../infer/infer-settings.ts'
import type { Spending } from '../infer/spending.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { closeInsights } from './close-insights.ts'
import type { ConsolidationSettings } from './consolidation-settings.ts'
import { clustersOfCall, drawInsights } from './draw-insights.ts'
import type { Cluster } from './draw-insights.ts'
import { findClusters } from './find-clusters.ts'
import { readFacts, readInsights } from './read-owner.ts'
import { storeInsights } from './store-insights.ts'

/** What a run works with. */
export interface Consolidating {
  readonly parts: MemoryParts
  readonly extractor: Extractor
  readonly settings: ConsolidationSettings
  readonly inferring: InferSettings
  readonly batch: string
  readonly spending: Spending
}

/** What a run has done so far. */
export interface Consolidated {
  readonly results: ConsolidatedInsight[]
  readonly closed: string[]
  readonly dropped: DroppedInsight[]
  readonly failed: MemoryError[]
  stopped: boolean
}

/** What is kept of an owner between runs: no text, and nobody's name. */
export interface OwnerState {
  /** Facts recorded after this time have changed since, in UTC milliseconds. */
  readonly at: number
  /** Digests of the clusters that there is an answer about, as far as they are there still. */
  readonly asked: readonly string[]
}

const nothing: OwnerState = { at: -1, asked: [] }

/**
 * Closes what follows from facts that are in force no more, and asks about the clusters of an owner that there is no answer about yet, the newest first.
 * A rerun therefore asks nothing and adds nothing.
 */
export async function consolidateOwner(
  consolidating: Consolidating,
  owner: Scope,
  all: Consolidated,
  options: CallOptions,
): Promise<void> {
  const { parts, settings } = consolidating
  const { signal } = options
  all.closed.push(...(await closeInsights(parts, owner, true, options)))
  const at = parts.now()
  const state = await readState(parts, owner, options)
  const facts = await readFacts(parts, owner, settings.facts, options)
  const vectors = facts.map(({ vector }) => vector)
  const clusters = (await findClusters(vectors, settings, signal)).map((places): Cluster =>
    places.flatMap(place => facts[place]?.record ?? []),
  )
  const known = new Set(state.asked)
  const asked = clusters.map(digestOf).filter(digest => known.has(digest))
  const open = clusters
    .filter(cluster => !known.has(digestOf(cluster)))
    .toSorted((a, b) => newest(b) - newest(a))
  const failures = all.failed.length
  let isDone = false
  try {
    for (let first = 0; first < open.length; first += clustersOfCall) {
      const some = open.slice(first, first + clustersOfCall)
      asked.push(...(await consolidateSome(consolidating, owner, some, all, options)).map(digestOf))
      if (all.stopped) break
    }
    isDone = !all.stopped && all.failed.length === failures
  } finally {
    // What was paid for is not asked again, whatever ended the run.
    await writeState(parts, owner, { at: isDone ? at : state.at, asked })
  }
}

/** Returns the clusters that need not be asked about again. */
async function consolidateSome(
  { parts, extractor, inferring, batch, spending }: Consolidating,
  owner: Scope,
  clusters: readonly Cluster[],
  all: Consolidated,
  options: CallOptions,
): Promise<readonly Cluster[]> {
  const drawn = await drawInsights(extractor, clusters, inferring, spending, options)
  all.dropped.push(...drawn.dropped)
  all.failed.push(...drawn.failures)
  all.stopped ||= drawn.stopped
  if (drawn.insights.length === 0) return drawn.answered
  try {
    const inForce: MemoryRecord[] = []
    for await (const page of readInsights(parts, owner, true, options)) inForce.push(...page)
    const context = { owner, batch, model: extractor.name }
    all.results.push(...(await storeInsights(parts, drawn.insights, inForce, context, options)))
    return drawn.answered
  } catch (error) {
    // Another writer was faster: the next run sees what it wrote.
    if (!MemoryError.is(error) || (error.code !== 'CONFLICT' && error.code !== 'NOT_FOUND')) throw error
    all.failed.push(error)
    return []
  }
}

function newest(cluster: Cluster): number {
  return Math.max(...cluster.map(({ updatedAt }) => updatedAt))
}

/** A cluster by its facts; 16 digits, since hundreds of them stand in one value. */
function digestOf(cluster: Cluster): string {
  const ids = cluster.map(({ id }) => id).toSorted()
  return hash('sha256', JSON.stringify(ids), 'hex').slice(0, 16)
}

function stateKey(owner: Scope): string {
  return `consolidated:${hash('sha256', scopeKey(owner), 'hex').slice(0, 32)}`
}

export async function readState(
  { store }: Pick<MemoryParts, 'store'>,
  owner: Scope,
  options: CallOptions,
): Promise<OwnerState> {
  const [value] = await store.readMeta([stateKey(owner)], options)
  return value === undefined ? nothing : (JSON.parse(value) as OwnerState)
}

async function writeState({ store }: MemoryParts, owner: Scope, state: OwnerState): Promise<void> {
  await store.writeMeta([{ key: stateKey(owner), value: JSON.stringify(state) }])
}
