import { checkTime, invalid } from '../checks/check-values.ts'
import type { Embedder } from '../contracts/embedder.ts'
import { MemoryError } from '../contracts/errors.ts'
import type { ProgressOptions } from '../contracts/progress.ts'
import type { Reranker } from '../contracts/reranker.ts'
import type { Store } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { CachedEmbedder } from '../embedding-cache/cached-embedder.ts'
import { Follower } from '../follower/follower.ts'
import { reportError } from '../follower/report-error.ts'
import type { MemoryOptions } from '../memory-api.ts'
import type { TextFollower } from '../text-index/text-follower.ts'
import { bindStore } from './model-store.ts'
import type { MemoryParts } from './memory-parts.ts'
import { noEmbedder, noFollower, noIndex } from './no-vectors.ts'

/** What a Memory is opened with, behind its guards. */
export interface GivenParts {
  readonly store: Store
  /** Undefined in a memory that is searched by words alone, as `embedder` is. */
  readonly index: VectorIndex | undefined
  readonly embedder: Embedder | undefined
  readonly reranker: Reranker | undefined
  readonly texts: TextFollower
  readonly tenants: boolean
}

/**
 * Binds the Store to the model, and brings the index up to it. Index and embedder are guarded; values for the Store
 * are checked by those who make them.
 */
export async function openParts(
  { store, index = noIndex, embedder = noEmbedder, ...shared }: GivenParts,
  { cache = {}, extractor, follower, now = Date.now, onBackgroundError }: MemoryOptions,
  { signal, onProgress }: ProgressOptions = {},
): Promise<MemoryParts> {
  if (index.dimensions !== embedder.dimensions) {
    throw invalid(
      `The ${index.name} index has ${index.dimensions} dimensions, but ${embedder.model} gives ${embedder.dimensions}; ` +
        'open the index with the dimensions of the embedder.',
    )
  }
  const bound = await bindStore(store, embedder)
  const hasVectors = embedder !== noEmbedder
  const reuse = hasVectors && cache !== false && (cache.store ?? false)
  const settings = { ...follower, onBackgroundError, lineage: shared.texts.lineage }
  return {
    store: bound,
    index,
    embedder:
      cache === false || !hasVectors
        ? embedder
        : new CachedEmbedder(embedder, cache, reuse ? bound : undefined),
    follower: hasVectors ? await Follower.open(bound, index, settings, { signal, onProgress }) : noFollower,
    ...shared,
    onBackgroundError: error =>
      void reportError(onBackgroundError, MemoryError.from(error, 'In the background')),
    reuse,
    infers: extractor !== undefined,
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
