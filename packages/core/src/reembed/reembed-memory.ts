import { checkInteger, checkKeys, checkOptions, invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { Embedder } from '../contracts/embedder.ts'
import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { emptyIndex } from '../follower/empty-index.ts'
import { guardEmbedder } from '../guards/guard-embedder.ts'
import { guardIndex } from '../guards/guard-index.ts'
import { guardStore } from '../guards/guard-store.ts'
import type { ReembedOptions, ReembedResult, StoreReembedOptions } from '../upkeep-api.ts'
import type { LiveParts } from '../parts/live-parts.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { openParts } from '../parts/open-parts.ts'
import { reembedStore } from './reembed-store.ts'
import { canBeStaged, StagedIndex } from './staged-index.ts'

/** Moves a Store that is not open as a Memory to another model. */
export async function reembedAlone(options: StoreReembedOptions): Promise<ReembedResult> {
  checkKeys(
    options,
    ['store', 'embedder', 'batchSize', 'onProgress', 'signal'],
    'The options of Memory.reembed',
  )
  const { store, embedder, ...rest } = options
  if (typeof store !== 'object' || store === null) {
    throw invalid(`Memory.reembed needs a store, not ${show(store)}; await the open...() call that makes it.`)
  }
  checkReembed(embedder, rest)
  throwIfAborted(rest.signal)
  return reembedStore(guardStore(store), guardEmbedder(embedder), rest)
}

/** Moves an open Memory, and its Store, to another model. Calls of the Memory go on meanwhile. */
export async function reembedMemory(
  engine: LiveParts,
  given: Embedder,
  options: ReembedOptions,
): Promise<ReembedResult> {
  checkReembed(given, options, ['index'])
  const embedder = guardEmbedder(given)
  const index = options.index === undefined ? engine.parts.index : guardIndex(options.index)
  if (index.dimensions !== embedder.dimensions) {
    throw invalid(
      `${embedder.model} gives ${embedder.dimensions} dimensions, the ${index.name} index has ${index.dimensions}; ` +
        `open an index with ${embedder.dimensions} and give it as options.index.`,
    )
  }
  if (engine.reembedding) {
    throw new MemoryError('CONFLICT', 'This memory is moved to another model already; await that call first.')
  }
  const ending = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal
  const work = moveEngine(engine, embedder, index, { ...options, signal })
  engine.reembedding = { done: work.catch(() => undefined), abort: () => ending.abort() }
  try {
    return await work
  } finally {
    engine.reembedding = undefined
  }
}

async function moveEngine(
  engine: LiveParts,
  embedder: Embedder,
  index: VectorIndex,
  { batchSize, onProgress, signal }: ReembedOptions,
): Promise<ReembedResult> {
  const old = engine.parts
  const { store, options } = engine
  // The flush lets canBeStaged see whether the given index holds the same data. It may fail: the old index is left
  // anyway.
  if (index !== old.index) await old.follower.flush({ signal }).catch(() => undefined)
  const isOther = index !== old.index && (await canBeStaged(store, index))
  const staged = isOther ? new StagedIndex(index, options.follower) : undefined
  let result: ReembedResult
  try {
    result = await reembedStore(store, embedder, { batchSize, onProgress, signal, index: staged })
  } finally {
    await staged?.close()
  }
  // The Store now has the new model: calls that find the model changed wait for what follows.
  await old.follower.close()
  // Queries of the new model must not find vectors of the old one, which are not worth replacing one by one.
  if (!staged?.isAdopted) await emptyIndex(store, index)
  const { texts, reranker, tenants } = old
  const parts = await openParts({ store, index, embedder, reranker, texts, tenants }, options)
  try {
    // The old index is closed before the first write of the new model: the Store may write that index itself.
    if (engine.closesParts) await closeReplaced(old, parts)
  } finally {
    engine.parts = parts
  }
  return result
}

async function closeReplaced(old: MemoryParts, parts: MemoryParts): Promise<void> {
  await old.embedder.close()
  if (parts.index !== old.index) await old.index.close()
}

function checkReembed(embedder: unknown, options: ReembedOptions, known: readonly string[] = []): void {
  if (typeof embedder !== 'object' || embedder === null) {
    throw invalid(`reembed needs an embedder, not ${show(embedder)}; await the open...() call that makes it.`)
  }
  checkOptions(options, [...known, 'batchSize', 'onProgress'])
  if (options.batchSize !== undefined) checkInteger(options.batchSize, 'batchSize', 1, 10_000)
}
