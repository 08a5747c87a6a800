import { addMemories } from './add-memories.ts'
import type { AddJob } from './add-memories.ts'
import { CachedEmbedder } from './cached-embedder.ts'
import type { EmbeddingCacheOptions } from './cached-embedder.ts'
import { deleteMemories, updateMemories } from './change-memories.ts'
import type { DeleteJob, UpdateJob } from './change-memories.ts'
import type { Embedder } from './embedder.ts'
import { MemoryError } from './errors.ts'
import { bindStore } from './bound-store.ts'
import { Follower } from './follower.ts'
import type { FollowerOptions } from './follower.ts'
import { guardEmbedder } from './guard-embedder.ts'
import { guardIndex } from './guard-index.ts'
import { largestLogPage } from './guard-options.ts'
import { guardStore } from './guard-store.ts'
import {
  checkBoolean,
  checkInteger,
  checkKeys,
  checkOptions as checkCallOptions,
  checkText,
  invalid,
  show,
} from './guard-values.ts'
import { Lifecycle } from './lifecycle.ts'
import type { ChangedMemory, MemoryStats, Progress, ProgressOptions } from './memory-face.ts'
import type { MemoryParts } from './memory-parts.ts'
import { onParts } from './run-on-parts.ts'
import type { Store } from './store.ts'
import type { VectorIndex } from './vector-index.ts'
import { WriteQueue } from './write-queue.ts'

/** What a Memory is made of, and how it goes about its work. */
export interface MemoryOptions {
  readonly store: Store
  readonly index: VectorIndex
  readonly embedder: Embedder
  /** The tenant that this Memory sees, default 'default'. */
  readonly orgId?: string | undefined
  /** The cache of embeddings, on by default: 10,000 entries for an hour. False: none. */
  readonly cache?: MemoryCacheOptions | false | undefined
  /** Whether calls made in one tick, or while a write is under way, share a transaction. Default true. */
  readonly coalesce?: boolean | undefined
  /** How the index follows the Store. */
  readonly follower?: FollowerOptions | undefined
  /** Whether `close`, and an opening that fails, also closes store, index and embedder. Default true. */
  readonly closeParts?: boolean | undefined
  /** The clock, in UTC milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Told how many of the changes that the index lacks have been read, while the memory opens. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends the opening with `ABORTED`. What the index took in by then need not be read again. */
  readonly signal?: AbortSignal | undefined
}

const knownOptions: readonly string[] = [
  'store',
  'index',
  'embedder',
  'orgId',
  'cache',
  'coalesce',
  'follower',
  'closeParts',
  'now',
  'onProgress',
  'signal',
]

export interface MemoryCacheOptions extends EmbeddingCacheOptions {
  /**
   * Also take vectors from the Store: a text that it holds with a vector of the model is not embedded again. Texts
   * are found that were added with this option on; it costs an index in the Store. Default false.
   */
  readonly store?: boolean | undefined
}

/** What all the faces of one Memory share. */
export interface MemoryEngine {
  /** Replaced as a whole when the model is: a call works with those that it began with. */
  parts: MemoryParts
  /** A change of the model that is under way. */
  reembedding: Reembedding | undefined
  /** Behind its guard, and bound to no model. */
  readonly store: Store
  readonly options: MemoryOptions
  readonly life: Lifecycle
  readonly adds: WriteQueue<AddJob, ChangedMemory[]>
  readonly updates: WriteQueue<UpdateJob, ChangedMemory[]>
  readonly deletes: WriteQueue<DeleteJob, boolean[]>
  readonly closeParts: boolean
}

interface Reembedding {
  /** Settled when it has ended in whatever way; never rejected. */
  readonly done: Promise<unknown>
  abort(): void
}

/** How many items single calls are gathered up to. */
const coalescedSize = 1_000

/**
 * Checks that the parts fit together and with what is stored, and brings the index up to the Store. Where that
 * fails, the parts are closed: as a rule they were opened in the call, and nobody else could.
 */
export async function openEngine(options: MemoryOptions): Promise<MemoryEngine> {
  try {
    return await composeEngine(options)
  } catch (error) {
    const given: Partial<MemoryOptions> | undefined = options
    if (given?.closeParts ?? true) {
      const shared = given?.cache ? given.cache.shared : undefined
      const parts: unknown[] = [given?.index, given?.store, given?.embedder, shared]
      await Promise.allSettled(parts.filter(isClosable).map(async part => part.close()))
    }
    throw MemoryError.from(error, 'Memory.open failed')
  }
}

function isClosable(part: unknown): part is { close(): Promise<void> } {
  return typeof part === 'object' && part !== null && 'close' in part && typeof part.close === 'function'
}

async function composeEngine(options: MemoryOptions): Promise<MemoryEngine> {
  checkOptions(options)
  const store = guardStore(options.store)
  const index = guardIndex(options.index)
  const embedder = guardEmbedder(options.embedder)
  const queue = {
    concurrency: options.coalesce === false ? Infinity : store.supports.concurrentWrites,
    maxSize: options.coalesce === false ? 1 : coalescedSize,
  }
  const engine: MemoryEngine = {
    parts: await openParts(store, index, embedder, options, options),
    reembedding: undefined,
    store,
    options,
    life: new Lifecycle('The memory'),
    adds: new WriteQueue({
      ...queue,
      run: (jobs, signal) => onParts(engine, parts => addMemories(parts, jobs, signal)),
    }),
    // The history names one actor a transaction.
    updates: new WriteQueue<UpdateJob, ChangedMemory[]>({
      ...queue,
      together: (first, job) => first.actorId === job.actorId,
      run: (jobs, signal) => onParts(engine, parts => updateMemories(parts, jobs, signal)),
    }),
    deletes: new WriteQueue<DeleteJob, boolean[]>({
      ...queue,
      together: (first, job) => first.actorId === job.actorId,
      run: (jobs, signal) => onParts(engine, parts => deleteMemories(parts, jobs, signal)),
    }),
    closeParts: options.closeParts ?? true,
  }
  return engine
}

/** Binds the Store to the model, and brings the index up to it. Store, index and embedder are guarded. */
export async function openParts(
  store: Store,
  index: VectorIndex,
  embedder: Embedder,
  { cache = {}, follower, now = Date.now }: MemoryOptions,
  { signal, onProgress }: ProgressOptions = {},
): Promise<MemoryParts> {
  if (index.dimensions !== embedder.dimensions) {
    throw invalid(
      `The ${index.name} index has ${index.dimensions} dimensions, but ${embedder.model} gives ${embedder.dimensions}; ` +
        'open the index with the dimensions of the embedder.',
    )
  }
  const bound = await bindStore(store, embedder)
  const reuse = cache !== false && (cache.store ?? false)
  return {
    store: bound,
    index,
    embedder: cache === false ? embedder : new CachedEmbedder(embedder, cache, reuse ? bound : undefined),
    follower: await Follower.open(bound, index, follower, { signal, onProgress }),
    reuse,
    now,
  }
}

/** What the parts have to tell of themselves. */
export async function engineStats({ parts }: MemoryEngine): Promise<MemoryStats> {
  const { store, index, embedder, follower } = parts
  const cache = embedder instanceof CachedEmbedder ? embedder.stats : {}
  return {
    store: { name: store.name, ...(await store.stats()), ...store.counters },
    index: { name: index.name, ...(await index.stats()) },
    embedder: { model: embedder.model, dimensions: embedder.dimensions, ...cache },
    follower: follower.state,
  }
}

/** Closes once what a Memory was made of; a part that fails to close does not keep the others open. */
export function closeEngine(engine: MemoryEngine, flush: boolean): Promise<void> {
  engine.reembedding?.abort()
  return engine.life.close(async () => {
    const { follower, store, index, embedder } = engine.parts
    const { cache } = engine.options
    const failures: unknown[] = []
    const attempt = async (work: () => Promise<unknown>): Promise<void> => {
      await work().catch((error: unknown) => failures.push(error))
    }
    if (flush) await attempt(() => follower.flush())
    await attempt(() => follower.close())
    if (embedder instanceof CachedEmbedder) await attempt(() => embedder.settle())
    if (engine.closeParts) {
      const shared = cache === false ? undefined : cache?.shared
      for (const part of [index, store, embedder, shared]) await attempt(async () => part?.close())
    }
    if (failures.length > 0) throw MemoryError.from(failures[0], 'close failed')
  })
}

function checkOptions(options: MemoryOptions): void {
  checkKeys(options, knownOptions, 'The options of Memory.open')
  for (const part of ['store', 'index', 'embedder'] as const) {
    if (typeof options[part] !== 'object' || options[part] === null) {
      throw invalid(
        `Memory.open needs a ${part}, not ${show(options[part])}; await the open...() call that makes it.`,
      )
    }
  }
  if (options.orgId !== undefined) checkText(options.orgId, 'orgId')
  if (options.now !== undefined && typeof options.now !== 'function') {
    throw invalid(`now must be a function that returns UTC milliseconds, not ${show(options.now)}.`)
  }
  const { signal, onProgress } = options
  checkCallOptions({ signal, onProgress }, ['onProgress'])
  checkBoolean(options.coalesce, 'coalesce')
  checkBoolean(options.closeParts, 'closeParts')
  const { follower = {}, cache = {} } = options
  checkSizes(follower, ['tailLimit', 'flushSize', 'flushAfterMs', 'leaseMs'], 'follower')
  const { flushSize = 1 } = follower
  checkInteger(flushSize, 'follower.flushSize', 1, largestLogPage)
  if (cache !== false) checkCache(cache)
}

function checkCache(cache: MemoryCacheOptions): void {
  checkKeys(cache, ['maxEntries', 'maxBytes', 'ttlSeconds', 'shared', 'store'], 'cache')
  const { shared, store, ...sizes } = cache
  checkSizes(sizes, Object.keys(sizes), 'cache')
  checkBoolean(store, 'cache.store')
  if (shared !== undefined && (typeof shared?.read !== 'function' || typeof shared.write !== 'function')) {
    throw invalid(
      `cache.shared must be an EmbeddingCache, not ${show(shared)}; await the open...() call that makes it.`,
    )
  }
}

function checkSizes(options: object, known: readonly string[], name: string): void {
  checkKeys(options, known, name)
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) checkInteger(value, `${name}.${key}`, 1, 2 ** 31 - 1)
  }
}
