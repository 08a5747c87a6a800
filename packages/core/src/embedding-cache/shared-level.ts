import { hash } from 'node:crypto'

import type { Embedder } from '../contracts/embedder.ts'
import type { EmbeddingCache, EmbeddingCacheScope } from '../contracts/embedding-cache.ts'
import type { CallOptions } from '../contracts/log.ts'
import { hasUnitLength } from '../vectors/unit-length.ts'

/**
 * The cache that processes share, as one embedder uses it: one read for the texts of a batch, and one write, which
 * no call waits for. If the cache fails, texts are embedded as if it were not there.
 */
export class SharedLevel {
  readonly #cache: EmbeddingCache
  readonly #scope: EmbeddingCacheScope
  readonly #writing = new Set<Promise<void>>()
  /** Those that the cache had before this embedder came. */
  readonly #before: number
  #failures = 0

  constructor(cache: EmbeddingCache, { model, dimensions }: Embedder) {
    this.#cache = cache
    this.#before = cache.failures ?? 0
    this.#scope = { model, dimensions }
  }

  /** Reads and writes that failed, and answers that were no vectors of this model. */
  get failures(): number {
    return this.#failures + (this.#cache.failures ?? 0) - this.#before
  }

  /** Returns vectors, aligned with the keys: purpose and text, whole. Undefined where the cache has none. */
  async read(keys: readonly string[], options: CallOptions): Promise<(Float32Array | undefined)[]> {
    try {
      const vectors = await this.#cache.read(this.#scope, keys.map(hashOf), options)
      if (vectors.length !== keys.length) throw new Error('as many answers as keys are expected')
      return vectors.map(vector => (vector && this.#isOurs(vector) ? vector : undefined))
    } catch {
      if (!options.signal?.aborted) this.#failures++
      return keys.map(() => undefined)
    }
  }

  write(keys: readonly string[], vectors: readonly Float32Array[]): void {
    const entries = keys.map((key, i) => ({ key: hashOf(key), vector: vectors[i] as Float32Array }))
    const write = async (): Promise<void> => {
      await this.#cache.write(this.#scope, entries)
    }
    const writing = write()
      .catch(() => {
        this.#failures++
      })
      .finally(() => this.#writing.delete(writing))
    this.#writing.add(writing)
  }

  /** Waits for all writes. The cache stays open. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing)
  }

  /** Checks a vector of the cache: it may have been damaged there. */
  #isOurs(vector: Float32Array): boolean {
    if (vector.length === this.#scope.dimensions && hasUnitLength(vector, 1e-3)) return true
    this.#failures++
    return false
  }
}

function hashOf(key: string): string {
  return hash('sha256', key, 'hex')
}
