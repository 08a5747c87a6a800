import type { CallOptions } from './log.ts'

/** A vector and the name it is kept under. */
export interface CachedVector {
  /** SHA-256 of purpose and text, 64 hexadecimal digits: see {@link EmbeddingCacheScope} for the model. */
  readonly key: string
  readonly vector: Float32Array
}

/** What a shared cache keeps apart: vectors of another model or length are never answered. */
export interface EmbeddingCacheScope {
  readonly model: string
  readonly dimensions: number
}

/**
 * A second level behind the cache in memory, shared by processes. It is only ever a shortcut: one that cannot be
 * reached answers with nothing, and says so once, but does not fail the call.
 */
export interface EmbeddingCache extends AsyncDisposable {
  /** Such as 'redis'. */
  readonly name: string
  /** Aligned with the keys; undefined where there is none. */
  read(
    scope: EmbeddingCacheScope,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<(Float32Array | undefined)[]>
  write(scope: EmbeddingCacheScope, entries: readonly CachedVector[], options?: CallOptions): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}
