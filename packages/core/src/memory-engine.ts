import { addMemories } from './add-memories.ts'
import type { AddJob } from './add-memories.ts'
import { CachedEmbedder } from './cached-embedder.ts'
import type { EmbeddingCacheOptions } from './cached-embedder.ts'
import { deleteMemories, updateMemories } from './change-memories.ts'
import type { DeleteJob, UpdateJob } from './change-memories.ts'
import type { Embedder } from './embedder.ts'
import { MemoryError } from './errors.ts'
import { Follower } from './follower.ts'
import type { FollowerOptions } from './follower.ts'
import { guardEmbedder } from './guard-embedder.ts'
import { guardIndex } from './guard-index.ts'
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
import type { ChangedMemory, MemoryStats, Progress } from './memory-face.ts'
import type { MemoryParts } from './memory-parts.ts'
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
  readonly cache?: EmbeddingCacheOptions | false | undefined
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

/** What all the faces of one Memory share. */
export interface MemoryEngine extends MemoryParts {
  readonly life: Lifecycle
  readonly cache: CachedEmbedder | undefined
  readonly adds: WriteQueue<AddJob, ChangedMemory[]>
  readonly updates: WriteQueue<UpdateJob, ChangedMemory[]>
  readonly deletes: WriteQueue<DeleteJob, boolean[]>
  readonly closeParts: boolean
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
      const parts: unknown[] = [given?.index, given?.store, given?.embedder]
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
  const guarded = guardEmbedder(options.embedder)
  if (index.dimensions !== guarded.dimensions) {
    throw invalid(
      `The ${index.name} index has ${index.dimensions} dimensions, but ${guarded.model} gives ${guarded.dimensions}; ` +
        'open the index with the dimensions of the embedder.',
    )
  }
  await bindModel(store, guarded)
  const { signal, onProgress } = options
  const follower = await Follower.open(store, index, options.follower, { signal, onProgress })
  const cache = options.cache === false ? undefined : new CachedEmbedder(guarded, options.cache)
  const parts: MemoryParts = {
    store,
    index,
    embedder: cache ?? guarded,
    follower,
    now: options.now ?? Date.now,
  }
  const queue = {
    concurrency: options.coalesce === false ? Infinity : store.supports.concurrentWrites,
    maxSize: options.coalesce === false ? 1 : coalescedSize,
  }
  return {
    ...parts,
    life: new Lifecycle('The memory'),
    cache,
    adds: new WriteQueue({ ...queue, run: (jobs, signal) => addMemories(parts, jobs, signal) }),
    // The history names one actor a transaction.
    updates: new WriteQueue<UpdateJob, ChangedMemory[]>({
      ...queue,
      together: (first, job) => first.actorId === job.actorId,
      run: (jobs, signal) => updateMemories(parts, jobs, signal),
    }),
    deletes: new WriteQueue<DeleteJob, boolean[]>({
      ...queue,
      together: (first, job) => first.actorId === job.actorId,
      run: (jobs, signal) => deleteMemories(parts, jobs, signal),
    }),
    closeParts: options.closeParts ?? true,
  }
}

/** What the parts have to tell of themselves. */
export async function engineStats({
  store,
  index,
  embedder,
  cache,
  follower,
}: MemoryEngine): Promise<MemoryStats> {
  return {
    store: { name: store.name, ...(await store.stats()), ...store.counters },
    index: { name: index.name, ...(await index.stats()) },
    embedder: { model: embedder.model, dimensions: embedder.dimensions, ...cache?.stats },
    follower: follower.state,
  }
}

/** Closes once what a Memory was made of; a part that fails to close does not keep the others open. */
export function closeEngine(engine: MemoryEngine, flush: boolean): Promise<void> {
  const { life, follower, store, index, embedder, closeParts } = engine
  return life.close(async () => {
    const failures: unknown[] = []
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => failures.push(error))
    }
    if (flush) await attempt(() => follower.flush())
    await attempt(() => follower.close())
    if (closeParts) for (const part of [index, store, embedder]) await attempt(() => part.close())
    if (failures.length > 0) throw MemoryError.from(failures[0], 'close failed')
  })
}

/** Writes the identity of the model into a new Store; refuses a Store that was written with another. */
async function bindModel(store: Store, { model, dimensions }: Embedder): Promise<void> {
  const mine = JSON.stringify({ model, dimensions })
  const read = async (): Promise<string | undefined> => (await store.readMeta(['embedder']))[0]
  let stored = await read()
  if (stored === undefined && !(await store.writeMeta([{ key: 'embedder', value: mine, expect: null }]))) {
    stored = await read()
  }
  if (stored === undefined || stored === mine) return
  const theirs = JSON.parse(stored) as { model: string; dimensions: number }
  throw new MemoryError(
    'MODEL_MISMATCH',
    `The ${store.name} store holds vectors of ${theirs.model} (${theirs.dimensions} dimensions); the embedder is ` +
      `${model} (${dimensions}). Open it with ${theirs.model}, or move it to the new model with memory.reembed(embedder).`,
  )
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
  checkCallOptions({ signal: options.signal, onProgress: options.onProgress }, ['onProgress'])
  checkBoolean(options.coalesce, 'coalesce')
  checkBoolean(options.closeParts, 'closeParts')
  const { follower = {}, cache = {} } = options
  checkSizes(follower, ['tailLimit', 'flushSize', 'flushAfterMs', 'leaseMs'], 'follower')
  if (cache !== false) checkSizes(cache, ['maxEntries', 'ttlSeconds'], 'cache')
}

function checkSizes(options: object, known: readonly string[], name: string): void {
  checkKeys(options, known, name)
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) checkInteger(value, `${name}.${key}`, 1, 2 ** 31 - 1)
  }
}
