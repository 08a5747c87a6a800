import { checkInteger, checkKeys } from '../checks/check-values.ts'
import type { LogBatch } from '../contracts/log.ts'
import type { IndexStats, IndexSupports, Match, VectorIndex, VectorQuery } from '../contracts/vector-index.ts'
import { ScopedVectors } from '../vectors/scoped-vectors.ts'

/**
 * A VectorIndex in memory that compares every vector that a query may see. It is exact at every size, so that the
 * recall of other indexes is measured against it. Its time grows with the scope: about 0.4 µs a vector of 384
 * dimensions.
 */
export class ExactIndex implements VectorIndex {
  readonly name = 'exact'
  readonly dimensions: number
  readonly metric = 'cosine'
  readonly supports: IndexSupports = Object.freeze({
    durable: false,
    exact: true,
    shared: false,
    transactional: false,
  })
  readonly #vectors: ScopedVectors
  #cursor = 0
  #slot: string | undefined

  /**
   * Numbers in a vector, from 1 to 65,536: as a number, or as an option, as the `open...Index()` functions take it. Throws
   * `INVALID_ARGUMENT`.
   *
   * @example
   * const index = new ExactIndex({ dimensions: 384 })
   */
  constructor(dimensions: number | { readonly dimensions: number }) {
    if (typeof dimensions === 'object') checkKeys(dimensions, ['dimensions'], 'options')
    const given = typeof dimensions === 'object' ? dimensions.dimensions : dimensions
    checkInteger(given, 'dimensions', 1, 65_536)
    this.dimensions = given
    this.#vectors = new ScopedVectors(given)
  }

  async apply({ upserts, deletes, cursor, slot }: LogBatch): Promise<void> {
    for (const entry of upserts) this.#vectors.set(entry)
    for (const id of deletes) this.#vectors.delete(id)
    this.#cursor = cursor
    this.#slot = slot
  }

  async search(queries: readonly VectorQuery[]): Promise<Match[][]> {
    return queries.map(({ vector, k, scope }) => this.#vectors.search(vector, k, scope))
  }

  async get(ids: readonly string[]): Promise<(Float32Array | undefined)[]> {
    return ids.map(id => this.#vectors.get(id))
  }

  async cursor(): Promise<number> {
    return this.#cursor
  }

  async slot(): Promise<string | undefined> {
    return this.#slot
  }

  async clear(): Promise<void> {
    this.#vectors.clear()
    this.#cursor = 0
    this.#slot = undefined
  }

  async optimize(): Promise<void> {}

  async stats(): Promise<IndexStats> {
    return { vectors: this.#vectors.size }
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
