import { hash } from 'node:crypto'

import type { Embedder, EmbedPurpose } from '../contracts/embedder.ts'
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

  /** Returns vectors, aligned with the texts; undefined where the cache has none. */
  async read(
    texts: readonly string[],
    as: EmbedPurpose,
    options: CallOptions,
  ): Promise<(Float32Array | undefined)[]> {
    try {
      const keys = texts.map(text => cacheKey(text, as))
      const vectors = await this.#cache.read(this.#scope, keys, options)
      if (vectors.length !== texts.length) throw new Error('as many answers as keys are expected')
      return vectors.map(vector => (vector && this.#isOurs(vector) ? vector : undefined))
    } catch {
      if (!options.signal?.aborted) this.#failures++
      return texts.map(() => undefined)
    }
  }

  write(texts: readonly string[], vectors: readonly Float32Array[], as: EmbedPurpose): void {
    const entries = texts.map((text, i) => ({ key: cacheKey(text, as), vector: vectors[i] as Float32Array }))
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

function cacheKey(text: string, as: EmbedPurpose): string {
  return hash('sha256', `${as} ${text}`, 'hex')
}
