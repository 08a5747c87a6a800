import { invalid } from '../checks/check-values.ts'
import type { Embedder } from '../contracts/embedder.ts'
import type { ProgressOptions } from '../contracts/progress.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { CachedEmbedder } from '../embedding-cache/cached-embedder.ts'
import { Follower } from '../follower/follower.ts'
import type { MemoryOptions } from '../memory-api.ts'
import { bindStore } from './bound-store.ts'
import type { MemoryParts } from './memory-parts.ts'

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
