import { LRUCache } from 'lru-cache'

import type { Embedder, EmbedOptions } from './embedder.ts'
import { MemoryError } from './errors.ts'

export interface EmbeddingCacheOptions {
  /** Vectors kept at most, default 10,000; the one not used for longest goes first. */
  readonly maxEntries?: number | undefined
  /** How long a vector is kept, in seconds, default 3,600. */
  readonly ttlSeconds?: number | undefined
}

export interface EmbeddingCacheStats {
  /** Calls of the embedder behind the cache. */
  readonly calls: number
  /** Texts those calls embedded. */
  readonly embedded: number
  /** Texts answered from the cache. */
  readonly hits: number
  /** Texts that another call was embedding already, or that stood in their batch twice. */
  readonly shared: number
  readonly entries: number
}

/**
 * Remembers what an Embedder answered. A batch is one call for the texts that are neither remembered nor
 * being embedded for another call; a text that stands in it twice is embedded once. The key is the text
 * itself with its purpose, so that a hit is never another text's vector. Vectors are shared: read them only.
 */
export class CachedEmbedder implements Embedder {
  readonly model: string
  readonly dimensions: number
  readonly maxTokens: number | undefined
  readonly batchSize: number | undefined
  readonly #embedder: Embedder
  readonly #cache: LRUCache<string, Float32Array>
  readonly #inFlight = new Map<string, Promise<ReadonlyMap<string, Float32Array>>>()
  #calls = 0
  #embedded = 0
  #hits = 0
  #shared = 0

  constructor(embedder: Embedder, options: EmbeddingCacheOptions = {}) {
    const { maxEntries = 10_000, ttlSeconds = 3_600 } = options
    this.#embedder = embedder
    this.model = embedder.model
    this.dimensions = embedder.dimensions
    this.maxTokens = embedder.maxTokens
    this.batchSize = embedder.batchSize
    // The clock is read once a second at most: it would be read for each text otherwise.
    this.#cache = new LRUCache({ max: maxEntries, ttl: ttlSeconds * 1_000, ttlResolution: 1_000 })
  }

  get stats(): EmbeddingCacheStats {
    return {
      calls: this.#calls,
      embedded: this.#embedded,
      hits: this.#hits,
      shared: this.#shared,
      entries: this.#cache.size,
    }
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const purpose = options.as ?? 'document'
    const found = new Map<string, Float32Array>()
    const others = new Set<Promise<ReadonlyMap<string, Float32Array>>>()
    const misses = new Map<string, string>()
    const keys = texts.map(text => {
      const key = `${purpose} ${text}`
      const cached = this.#cache.get(key)
      const pending = this.#inFlight.get(key)
      if (cached) {
        this.#hits++
        found.set(key, cached)
      } else if (pending) {
        this.#shared++
        others.add(pending)
      } else if (misses.has(key)) {
        this.#shared++
      } else {
        misses.set(key, text)
      }
      return key
    })
    const own = misses.size > 0 ? this.#embedMisses(misses, options) : undefined
    if (own) for (const [key, vector] of await own) found.set(key, vector)
    for (const other of others) {
      // Another call's failure or abort is not this call's: what it leaves open is embedded below.
      const vectors = await other.catch(() => undefined)
      for (const [key, vector] of vectors ?? []) found.set(key, vector)
    }
    const open = texts.filter((_, i) => !found.has(keys[i] as string))
    if (open.length > 0) {
      const vectors = await this.embed(open, options)
      open.forEach((text, i) => found.set(`${purpose} ${text}`, vectors[i] as Float32Array))
    }
    return keys.map(key => found.get(key) as Float32Array)
  }

  close(): Promise<void> {
    this.#cache.clear()
    return this.#embedder.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #embedMisses(
    misses: ReadonlyMap<string, string>,
    options: EmbedOptions,
  ): Promise<Map<string, Float32Array>> {
    const embedding = this.#call([...misses.keys()], [...misses.values()], options)
    for (const key of misses.keys()) this.#inFlight.set(key, embedding)
    try {
      const vectors = await embedding
      for (const [key, vector] of vectors) this.#cache.set(key, vector)
      return vectors
    } finally {
      for (const key of misses.keys()) this.#inFlight.delete(key)
    }
  }

  async #call(
    keys: readonly string[],
    texts: readonly string[],
    options: EmbedOptions,
  ): Promise<Map<string, Float32Array>> {
    this.#calls += Math.ceil(texts.length / (this.batchSize ?? texts.length))
    this.#embedded += texts.length
    const vectors = await this.#embedder.embed(texts, options)
    if (vectors.length !== keys.length) {
      throw new MemoryError(
        'BACKEND',
        `${this.model} returned ${vectors.length} vectors for ${keys.length} texts.`,
      )
    }
    return new Map(keys.map((key, i) => [key, vectors[i] as Float32Array]))
  }
}
