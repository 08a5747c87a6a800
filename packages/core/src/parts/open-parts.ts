import { checkTime, invalid } from '../checks/check-values.ts'
import type { Embedder } from '../contracts/embedder.ts'
import type { ProgressOptions } from '../contracts/progress.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { CachedEmbedder } from '../embedding-cache/cached-embedder.ts'
import { Follower } from '../follower/follower.ts'
import type { MemoryOptions } from '../memory-api.ts'
import { bindStore } from './model-store.ts'
import type { MemoryParts } from './memory-parts.ts'

/**
 * Binds the Store to the model, and brings the index up to it. Index and embedder are guarded; values for the Store
 * are checked by those who make them.
 */
export async function openParts(
  store: Store,
  index: VectorIndex,
  embedder: Embedder,
  { cache = {}, follower, now = Date.now, onBackgroundError }: MemoryOptions,
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
    follower: await Follower.open(bound, index, { ...follower, onBackgroundError }, { signal, onProgress }),
    reuse,
    now: checkedClock(now),
  }
}

/** The clock of the caller, whose times go into records. Throws `INVALID_ARGUMENT` for what is no time. */
function checkedClock(now: () => number): () => number {
  if (now === Date.now) return now
  return () => {
    const time = now()
    checkTime(time, 'The time that now() returned')
    return time
  }
}
