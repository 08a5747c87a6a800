import type { InferStats } from './infer-api.ts'
import type { Embedder } from './contracts/embedder.ts'
import type { Progress, ProgressOptions } from './contracts/progress.ts'
import type { Store, StoreCounters, StoreStats } from './contracts/store.ts'
import type { IndexStats, VectorIndex } from './contracts/vector-index.ts'
import type { EmbeddingCacheStats } from './embedding-cache/cached-embedder.ts'
import type { FollowerState } from './follower/follower.ts'
import type { TextState } from './text-index/text-options.ts'

/** How a memory is moved to another model. */
export interface ReembedOptions extends ProgressOptions {
  /** Texts embedded and staged at a time, 1 to 10,000. Default: what the embedder takes at a time, or 256. */
  readonly batchSize?: number | undefined
  /**
   * The index that takes the place of the one in use, opened with the new dimensions; needed when they differ. It is
   * filled while the old one serves, so that the switch waits for next to nothing. Not so an index that the Store
   * writes in its own transactions, and the default, the index in use: these are emptied and filled after the
   * switch, and searches wait for that.
   */
  readonly index?: VectorIndex | undefined
}

/** To move a Store to another model without opening it as a Memory, and so without its old model. */
export interface StoreReembedOptions extends Omit<ReembedOptions, 'index'> {
  /** The Store that is moved. It stays open. */
  readonly store: Store
  /** The model that it is moved to. It stays open. */
  readonly embedder: Embedder
}

/** What a move to another model has done. */
export interface ReembedResult {
  /** Memories that have new vectors; 0 when the Store held vectors of this model already. */
  readonly memories: number
  /** Texts that this call embedded: each text once, and none that an interrupted call had staged. */
  readonly embedded: number
}

/** How a memory is closed. */
export interface CloseOptions {
  /** Whether the index takes in what it lacks before it is closed. Default true. */
  readonly flush?: boolean | undefined
  /** Told how many of the changes that the index lacked it has taken in. Default: nobody is. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends the wait with `ABORTED`: the parts are told to close, and what they still do is not waited for. Default: none. */
  readonly signal?: AbortSignal | undefined
}

/** What a Memory and its parts say of themselves. */
export interface MemoryStats {
  /** The Store, with the statements that were sent since it was opened. */
  readonly store: { readonly name: string } & StoreStats & StoreCounters
  /** The index; 'none' without one. */
  readonly index: { readonly name: string } & IndexStats
  /** The embedder; 'none' without one. With what its cache has done, where it has one. */
  readonly embedder: { readonly model: string; readonly dimensions: number } & Partial<EmbeddingCacheStats>
  /** How far the index follows the Store. */
  readonly follower: FollowerState
  /** What is held in memory to search texts by their words. */
  readonly texts: TextState
  /** What was made of messages since the memory was opened. */
  readonly infer: InferStats
}
