import { LRUCache } from 'lru-cache'
import { hash } from 'node:crypto'

import type { Embedder, EmbedOptions } from '../contracts/embedder.ts'
import type { EmbeddingCache } from '../contracts/embedding-cache.ts'
import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import type { CallOptions } from '../contracts/log.ts'
import { SharedLevel } from './shared-level.ts'

/** How embeddings are cached. */
export interface EmbeddingCacheOptions {
  /** Most vectors kept in memory, default 10,000; the least recently used goes first. */
  readonly maxEntries?: number | undefined
  /** Bytes that those vectors and their texts may take, default 134,217,728 (128 MB). */
  readonly maxBytes?: number | undefined
  /** How long a vector is kept in memory, in seconds, default 3,600. */
  readonly ttlSeconds?: number | undefined
  /** A second cache that processes share, such as Redis. Default: none. */
  readonly shared?: EmbeddingCache | undefined
}

/** Finds vectors of documents by the SHA-256 of their text, 64 hexadecimal digits. */
export interface KeptVectors {
  /** Aligned with the hashes. */
  vectorsByHash(hashes: readonly string[], options?: CallOptions): Promise<(Float32Array | undefined)[]>
}

/** What a cache of embeddings has done since it was opened. */
export interface EmbeddingCacheStats {
  /** Calls of the embedder behind the cache. */
  readonly calls: number
  /** Texts those calls embedded. */
  readonly embedded: number
  /** Texts answered from memory. */
  readonly hits: number
  /** Texts answered from the shared cache. */
  readonly sharedHits: number
  /** Texts answered with vectors that the Store holds. */
  readonly storeHits: number
  /** Texts that another call was already embedding, or that occurred twice in their batch. */
  readonly joined: number
  /** Vectors in memory. */
  readonly entries: number
  /** Bytes that these vectors and their texts take. */
  readonly bytes: number
  /** How often the shared cache failed, or answered with something that is no vector of the model. */
  readonly sharedFailures: number
}

/** The answers of one call of the embedder, by the keys of its texts. */
type Answers = Promise<ReadonlyMap<string, Float32Array>>

/**
 * Waits for the vectors of another call. If that call fails, there are none, and its texts are embedded once more.
 * A retryable error is thrown: if the embedder cannot be reached, all calls that wait for one text would otherwise
 * fail one after the other.
 */
async function answersOf(answers: Answers): Answers {
  try {
    return await answers
  } catch (error) {
    if (MemoryError.is(error) && error.retryable) throw error
    return new Map()
  }
}

/** No text and no name of an owner has a NUL in it: keys of two owners differ. */
function owned(text: string, owner: string | undefined): string {
  return owner === undefined ? text : `${owner}\0${text}`
}

/** Bytes of an entry beside its vector and its text, measured with Node 24. */
const bytesPerEntry = 250

/**
 * Caches the vectors of an Embedder: in memory, in a cache that processes share, and in the vectors that a Store
 * keeps anyway. A batch is one call, for the texts that no cache has and that no other call is already embedding. A
 * text that occurs twice in a batch is embedded once. In memory the key is the text itself with its purpose,
 * elsewhere its full SHA-256, so that a hit is never another text's vector. Callers share the vectors: only read
 * them.
 */
export class CachedEmbedder implements Embedder {
  readonly model: string
  readonly dimensions: number
  readonly maxTokens: number | undefined
  readonly batchSize: number | undefined
  readonly lexical: boolean | undefined
  readonly #embedder: Embedder
  readonly #memory: LRUCache<string, Float32Array>
  readonly #shared: SharedLevel | undefined
  readonly #kept: KeptVectors | undefined
  /** By the key of a text, the call that is embedding it. */
  readonly #inFlight = new Map<string, Answers>()
  readonly #counts = { calls: 0, embedded: 0, hits: 0, sharedHits: 0, storeHits: 0, joined: 0 }

  /**
   * `kept` has vectors of documents elsewhere, such as in a Store. `close` closes neither `kept` nor the shared
   * cache.
   */
  constructor(embedder: Embedder, options: EmbeddingCacheOptions = {}, kept?: KeptVectors) {
    const { maxEntries = 10_000, maxBytes = 2 ** 27, ttlSeconds = 3_600, shared } = options
    this.#embedder = embedder
    this.model = embedder.model
    this.dimensions = embedder.dimensions
    this.maxTokens = embedder.maxTokens
    this.batchSize = embedder.batchSize
    this.lexical = embedder.lexical
    this.#memory = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (vector, key) => bytesPerEntry + vector.byteLength + key.length * 2,
      ttl: ttlSeconds * 1_000,
      // The clock is read once a second at most, and not for each text.
      ttlResolution: 1_000,
    })
    this.#shared = shared && new SharedLevel(shared, embedder)
    this.#kept = kept
  }

  get stats(): EmbeddingCacheStats {
    return {
      ...this.#counts,
      entries: this.#memory.size,
      bytes: this.#memory.calculatedSize,
      sharedFailures: this.#shared?.failures ?? 0,
    }
  }

  /** `owners`, aligned with the texts: a vector is kept for its owner alone. Default: for everyone. */
  async embed(
    texts: readonly string[],
    options: EmbedOptions = {},
    owners?: readonly string[],
  ): Promise<Float32Array[]> {
    const purpose = options.as ?? 'document'
    const answers: (Float32Array | undefined)[] = []
    const others = new Set<Answers>()
    const misses = new Map<string, string>()
    const keys = texts.map((text, i) => `${purpose} ${owned(text, owners?.[i])}`)
    for (const [i, key] of keys.entries()) {
      const cached = this.#memory.get(key)
      const other = cached ? undefined : this.#inFlight.get(key)
      answers.push(cached)
      if (cached) this.#counts.hits++
      else if (other ?? misses.has(key)) this.#counts.joined++
      else misses.set(key, texts[i] as string)
      if (other) others.add(other)
    }
    const found = misses.size > 0 ? [await this.#answerMisses(misses, options)] : []
    for (const other of others) found.push(await answersOf(other))
    const open: number[] = []
    for (const [i, key] of keys.entries()) {
      for (const vectors of found) answers[i] ??= vectors.get(key)
      if (!answers[i]) open.push(i)
    }
    if (open.length > 0) {
      const vectors = await this.embed(
        open.map(i => texts[i] as string),
        options,
        owners && open.map(i => owners[i] as string),
      )
      for (const [n, i] of open.entries()) answers[i] = vectors[n]
    }
    return answers as Float32Array[]
  }

  /** Waits for all writes to the shared cache. */
  async settle(): Promise<void> {
    await this.#shared?.settle()
  }

  /** Closes the embedder behind the cache. */
  async close(): Promise<void> {
    this.#memory.clear()
    await this.settle()
    return this.#embedder.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #answerMisses(misses: ReadonlyMap<string, string>, options: EmbedOptions): Answers {
    const answers = this.#askLevels(misses, options)
    for (const key of misses.keys()) this.#inFlight.set(key, answers)
    try {
      const vectors = await answers
      for (const [key, vector] of vectors) this.#memory.set(key, vector)
      return vectors
    } finally {
      for (const key of misses.keys()) this.#inFlight.delete(key)
    }
  }

  /**
   * Asks each cache for the texts that the one before does not have, and the model last. Writes what the shared
   * cache lacked to it.
   */
  async #askLevels(misses: ReadonlyMap<string, string>, options: EmbedOptions): Answers {
    const { as = 'document', signal } = options
    let open = [...misses]
    const textsOf = (entries: typeof open): string[] => entries.map(([, text]) => text)
    const keysOf = (entries: typeof open): string[] => entries.map(([key]) => key)
    const found = new Map<string, Float32Array>()
    const take = (vectors: readonly (Float32Array | undefined)[]): number => {
      const before = found.size
      open = open.filter(([key], i) => {
        const vector = vectors[i]
        if (vector) found.set(key, vector)
        return !vector
      })
      return found.size - before
    }
    if (this.#shared) {
      this.#counts.sharedHits += take(await this.#shared.read(keysOf(open), { signal }))
      throwIfAborted(signal)
    }
    const unshared = this.#shared ? open : []
    if (this.#kept && as === 'document' && open.length > 0) {
      const hashes = open.map(([, text]) => hash('sha256', text, 'hex'))
      this.#counts.storeHits += take(await this.#kept.vectorsByHash(hashes, { signal }))
    }
    if (open.length > 0) take(await this.#call(textsOf(open), options))
    if (unshared.length > 0) {
      const vectors = unshared.map(([key]) => found.get(key) as Float32Array)
      this.#shared?.write(keysOf(unshared), vectors)
    }
    return found
  }

  async #call(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    this.#counts.calls += Math.ceil(texts.length / (this.batchSize ?? texts.length))
    this.#counts.embedded += texts.length
    const vectors = await this.#embedder.embed(texts, options)
    if (vectors.length === texts.length) return vectors
    throw new MemoryError(
      'BACKEND',
      `${this.model} returned ${vectors.length} vectors for ${texts.length} texts.`,
    )
  }
}
