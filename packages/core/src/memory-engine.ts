import { closeFailed } from './adapter-kit/opening.ts'
import { checkBoolean, checkKeys, checkOptions, invalid } from './checks/check-values.ts'
import { MemoryError } from './contracts/errors.ts'
import type { Extractor } from './contracts/extractor.ts'
import type { Store } from './contracts/store.ts'
import { untilAborted } from './contracts/until-aborted.ts'
import { CachedEmbedder } from './embedding-cache/cached-embedder.ts'
import { guardEmbedder } from './guards/guard-embedder.ts'
import { guardExtractor } from './guards/guard-extractor.ts'
import { guardIndex } from './guards/guard-index.ts'
import { guardReranker } from './guards/guard-reranker.ts'
import { trustedStore } from './guards/guard-store.ts'
import { consolidateBehind } from './consolidate/consolidate-behind.ts'
import { consolidationSettings } from './consolidate/consolidation-settings.ts'
import type { ConsolidationSettings } from './consolidate/consolidation-settings.ts'
import { inferSettings } from './infer/infer-settings.ts'
import type { InferSettings } from './infer/infer-settings.ts'
import { InferTally } from './infer/infer-tally.ts'
import { InferWorker } from './infer/infer-worker.ts'
import { processBehind } from './infer/process-inbox.ts'
import { reportError } from './follower/report-error.ts'
import type { ChangedMemory, MemoryOptions } from './memory-api.ts'
import type { CloseOptions, MemoryStats } from './upkeep-api.ts'
import { checkMemoryOptions } from './parts/check-memory-options.ts'
import { LiveParts } from './parts/live-parts.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import { openParts } from './parts/open-parts.ts'
import { AccessCounter } from './read/access-counter.ts'
import { TextFollower } from './text-index/text-follower.ts'
import { addMemories } from './write/add-memories.ts'
import { embedAhead } from './write/embed-ahead.ts'
import type { AddJob } from './write/add-job.ts'
import { deleteMemories, updateMemories } from './write/change-memories.ts'
import type { DeleteJob, UpdateJob } from './write/change-memories.ts'
import { WriteQueue } from './write/write-queue.ts'

/** How many items single calls are gathered up to. */
const coalescedSize = 1_000

/** Carries out jobs of one kind together; the results are aligned with the jobs. */
type RunJobs<Job, Result> = (
  parts: MemoryParts,
  jobs: readonly Job[],
  signal: AbortSignal | undefined,
) => Promise<readonly Result[]>

/** What a Memory and its scopes share. */
export class MemoryEngine extends LiveParts {
  readonly adds: WriteQueue<AddJob, ChangedMemory[]>
  readonly updates: WriteQueue<UpdateJob, ChangedMemory[]>
  readonly deletes: WriteQueue<DeleteJob, boolean[]>
  readonly extractor: Extractor | undefined
  readonly inferSettings: InferSettings
  readonly consolidationSettings: ConsolidationSettings
  readonly tally: InferTally = new InferTally()
  /** Makes facts of what waits, where there is an extractor and that is wanted. */
  readonly inferWorker: InferWorker | undefined
  /** Undefined where accesses are not counted. */
  readonly access: AccessCounter | undefined
  /** With which parts a transaction of `adds` is under way. */
  #writing: MemoryParts | undefined

  constructor(parts: MemoryParts, store: Store, options: MemoryOptions) {
    super(parts, store, options)
    this.extractor = options.extractor && guardExtractor(options.extractor)
    this.inferSettings = inferSettings(options.infer)
    if (this.extractor && this.inferSettings.background) this.inferWorker = this.#worker()
    this.consolidationSettings = consolidationSettings(options.consolidation)
    const canConsolidate = this.inferWorker && this.extractor?.consolidate && options.embedder
    if (this.consolidationSettings.background && !canConsolidate) {
      throw invalid(
        'consolidation.background needs an extractor that draws insights, an index with its embedder, and infer.background.',
      )
    }
    const { now, onBackgroundError: onError } = parts
    this.access = options.access ? new AccessCounter({ store, now, onError }) : undefined
    // The history names one actor a transaction.
    const sameActor = (
      first: { actorId?: string | undefined },
      job: { actorId?: string | undefined },
    ): boolean => first.actorId === job.actorId
    this.adds = this.#queue(this.#add, (first, job) => first.onTaken === job.onTaken, this.#embedAhead)
    this.updates = this.#queue(updateMemories, sameActor)
    this.deletes = this.#queue(
      deleteMemories,
      (first, job) =>
        sameActor(first, job) && first.purgeHistory === job.purgeHistory && first.cascade === job.cascade,
    )
  }

  readonly #add: RunJobs<AddJob, ChangedMemory[]> = async (parts, jobs, signal) => {
    const beforeWriting = (): void => {
      this.#writing = parts
      this.#embedAhead()
    }
    try {
      return await addMemories(parts, jobs, signal, beforeWriting)
    } finally {
      this.#writing = undefined
    }
  }

  readonly #embedAhead = (): void => {
    if (this.#writing) embedAhead(this.#writing, this.adds.next)
  }

  /** Runs a call whose work goes through a queue, which gives it its parts. */
  queued<T>(doing: string, push: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.life.run(doing, push, signal)
  }

  /** What the parts say of themselves. */
  stats(): Promise<MemoryStats> {
    return this.run(
      'stats',
      async ({ index, embedder, follower, texts }) => {
        const { store } = this
        const cache = embedder instanceof CachedEmbedder ? embedder.stats : {}
        const held = await store.stats()
        const { waiting = 0, parked = 0, oldestWaiting } = held
        const inbox = { waiting, parked, ...(oldestWaiting !== undefined && { oldestWaiting }) }
        return {
          store: { name: store.name, ...held, ...store.counters },
          index: { name: index.name, ...(await index.stats()) },
          embedder: { model: embedder.model, dimensions: embedder.dimensions, ...cache },
          follower: follower.state,
          texts: texts.state,
          infer: { ...inbox, ...this.tally.stats },
        }
      },
      {},
    )
  }

  /** Closes once what a Memory was made of; a part that fails to close does not keep the others open. */
  async close(options: CloseOptions): Promise<void> {
    checkKeys(options, ['flush', 'onProgress', 'signal'], 'options')
    const { flush = true, onProgress, signal } = options
    checkBoolean(flush, 'options.flush')
    checkOptions({ onProgress, signal }, ['onProgress'])
    this.reembedding?.abort()
    this.inferWorker?.stop()
    const closing = this.life.close(async () => {
      const { follower, index, embedder, texts, reranker } = this.parts
      const failures: unknown[] = []
      // Each is begun, whatever the signal: it ends the wait alone.
      const attempt = async (work: () => Promise<unknown>): Promise<void> => {
        await untilAborted(work(), signal).catch((error: unknown) => {
          if (!signal?.aborted) failures.push(error)
        })
      }
      if (flush && !signal?.aborted) await attempt(() => follower.flush({ onProgress, signal }))
      if (this.access) await attempt(this.access.settle.bind(this.access))
      await attempt(() => follower.close())
      await attempt(() => texts.close())
      if (embedder instanceof CachedEmbedder) await attempt(() => embedder.settle())
      if (this.closesParts) {
        const { cache } = this.options
        const shared = cache === false ? undefined : cache?.shared
        for (const part of [index, this.store, embedder, reranker, this.extractor, shared])
          await attempt(async () => part?.close())
      }
      if (failures.length > 0) throw MemoryError.from(failures[0], 'close failed')
    }, signal)
    return untilAborted(closing, signal)
  }

  #worker(): InferWorker {
    const { settleMs, windowTokens } = this.inferSettings
    const work = async (orgId: string, signal: AbortSignal): Promise<boolean> => {
      const isLeft = await processBehind(this, orgId, signal)
      if (this.consolidationSettings.background) await consolidateBehind(this, orgId, signal)
      return isLeft
    }
    const onError = (error: MemoryError): void => {
      this.tally.fail(error)
      void reportError(this.options.onBackgroundError, error)
    }
    return new InferWorker({ settleMs, windowTokens, work, onError })
  }

  #queue<Job, Result>(
    run: RunJobs<Job, Result>,
    together?: (first: Job, job: Job) => boolean,
    onWaiting?: () => void,
  ): WriteQueue<Job, Result> {
    const coalesces = this.options.coalesce ?? true
    return new WriteQueue<Job, Result>({
      run: (jobs, signal) => this.onParts(parts => run(parts, jobs, signal)),
      concurrency: coalesces ? this.store.supports.concurrentWrites : Infinity,
      maxSize: coalesces ? coalescedSize : 1,
      ...(together && { together }),
      ...(onWaiting && { onWaiting }),
    })
  }
}

/**
 * Checks that the parts fit together and with what is stored, and brings the index up to the Store. When the opening
 * fails, it closes the parts: as a rule they were opened in the call, and nobody else can.
 */
export async function openEngine(options: MemoryOptions, tenants = false): Promise<MemoryEngine> {
  try {
    checkMemoryOptions(options)
    // Everything that a Memory hands to its Store it has checked itself.
    const store = trustedStore(options.store)
    const given = {
      store,
      index: options.index && guardIndex(options.index),
      embedder: options.embedder && guardEmbedder(options.embedder),
      reranker: options.reranker && guardReranker(options.reranker),
      texts: new TextFollower(store, options.text),
      tenants,
    }
    const parts = await untilAborted(openParts(given, options, options), options.signal)
    const engine = new MemoryEngine(parts, store, options)
    // Of many organizations nobody knows which have something that waits, until they receive something.
    if (!tenants) engine.inferWorker?.watch(options.orgId ?? 'default')
    return engine
  } catch (error) {
    await closeGiven(options)
    throw MemoryError.from(error, 'Memory.open failed')
  }
}

/** Closes what an opening that fails was given, unless that stays the caller's. */
export async function closeGiven(
  given: Partial<Record<keyof MemoryOptions, unknown>> | undefined,
): Promise<void> {
  if (given?.closeParts === false) return
  const { shared } = Object(given?.cache) as { readonly shared?: unknown }
  const parts = [given?.index, given?.store, given?.embedder, given?.reranker, given?.extractor, shared]
  const closing = Promise.allSettled(parts.filter(isClosable).map(async part => part.close()))
  // A part that made somebody give up may not say goodbye either.
  if ((given?.signal as AbortSignal | undefined)?.aborted) await closeFailed(() => closing)
  else await closing
}

function isClosable(part: unknown): part is { close(): Promise<void> } {
  return typeof part === 'object' && part !== null && 'close' in part && typeof part.close === 'function'
}
