import type { CallOptions } from './log.ts'

/** A vector and the key that it is cached under. */
export interface CachedVector {
  /** SHA-256 of purpose and text, 64 hexadecimal digits: see {@link EmbeddingCacheScope} for the model. */
  readonly key: string
  readonly vector: Float32Array
}

/** The model of cached vectors. A cache never returns vectors of another model or length. */
export interface EmbeddingCacheScope {
  readonly model: string
  readonly dimensions: number
}

/**
 * A second cache behind the one in memory, shared by processes. It is only a shortcut: a cache that cannot be
 * reached answers with nothing. It reports that once, and does not fail the call.
 */
export interface EmbeddingCache extends AsyncDisposable {
  /** Such as 'redis'. */
  readonly name: string
  /** How often it could not be read or written so far, where it keeps such failures to itself. Default: none. */
  readonly failures?: number
  /** Returns vectors, aligned with the keys; undefined where there is none. */
  read(
    scope: EmbeddingCacheScope,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<(Float32Array | undefined)[]>
  /** Keeps the vectors of texts, aligned with them. */
  write(scope: EmbeddingCacheScope, entries: readonly CachedVector[], options?: CallOptions): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}
