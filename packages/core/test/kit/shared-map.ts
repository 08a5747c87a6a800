import type {
  CachedVector,
  EmbeddingCache,
  EmbeddingCacheScope,
} from '../../src/contracts/embedding-cache.ts'

/** A shared cache in this process, that counts its calls and can be made to fail. */
export class SharedMap implements EmbeddingCache {
  readonly name = 'map'
  readonly vectors = new Map<string, Float32Array>()
  /** How many keys each read asked for, and how many entries each write brought. */
  readonly reads: number[] = []
  readonly writes: number[] = []
  closed = 0
  /** Run before each call: may wait, or throw. */
  before: () => Promise<void> = async () => {}

  async read({ model }: EmbeddingCacheScope, keys: readonly string[]): Promise<(Float32Array | undefined)[]> {
    this.reads.push(keys.length)
    await this.before()
    return keys.map(key => this.vectors.get(`${model} ${key}`))
  }

  async write({ model }: EmbeddingCacheScope, entries: readonly CachedVector[]): Promise<void> {
    this.writes.push(entries.length)
    await this.before()
    for (const { key, vector } of entries) this.vectors.set(`${model} ${key}`, vector)
  }

  async close(): Promise<void> {
    this.closed++
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
