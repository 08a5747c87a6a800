import { MemoryError } from './contracts/errors.ts'
import { CachedEmbedder } from './embedding-cache/cached-embedder.ts'
import { guardEmbedder } from './guards/guard-embedder.ts'
import { guardIndex } from './guards/guard-index.ts'
import { guardStore } from './guards/guard-store.ts'
import { Lifecycle } from './guards/lifecycle.ts'
import type { ChangedMemory, MemoryOptions, MemoryStats } from './memory-api.ts'
import { checkOptions } from './parts/check-memory-options.ts'
import { onParts } from './parts/live-parts.ts'
import type { LiveParts } from './parts/live-parts.ts'
import { openParts } from './parts/open-parts.ts'
import { addMemories } from './write/add-memories.ts'
import type { AddJob } from './write/add-memories.ts'
import { deleteMemories, updateMemories } from './write/change-memories.ts'
import type { DeleteJob, UpdateJob } from './write/change-memories.ts'
import { WriteQueue } from './write/write-queue.ts'

/** What a Memory and its scopes share. */
export interface MemoryEngine extends LiveParts {
  readonly adds: WriteQueue<AddJob, ChangedMemory[]>
  readonly updates: WriteQueue<UpdateJob, ChangedMemory[]>
  readonly deletes: WriteQueue<DeleteJob, boolean[]>
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
