import { packVectors, vectorAt } from '@agentmem/core/adapter'
import type {
  IndexStats,
  IndexSupports,
  LogBatch,
  Match,
  VectorIndex,
  VectorQuery,
} from '@agentmem/core/adapter'
import type { VecThread } from './vec-thread.ts'

/** The threads of an index, and its way out of a Store's transactions. */
export interface SqliteVecParts {
  readonly dimensions: number
  readonly supports: IndexSupports
  readonly reader: VecThread
  /** The reader itself in memory, where there can be one connection only. */
  readonly writer: VecThread
  /** Ends its part in a Store's transactions. */
  readonly leave: () => void
}

/**
 * Searches and writes have a thread each: a scan of 100,000 vectors takes as long as many turns of the event
 * loop, and in WAL mode neither waits for the other.
 */
export class SqliteVecIndex implements VectorIndex {
  readonly name = 'sqlite-vec'
  readonly dimensions: number
  readonly metric = 'cosine'
  readonly supports: IndexSupports
  readonly #parts: SqliteVecParts

  constructor(parts: SqliteVecParts) {
    this.dimensions = parts.dimensions
    this.supports = parts.supports
    this.#parts = parts
  }

  async apply(batch: LogBatch): Promise<void> {
    const { upserts, deletes, ...place } = batch
    const { buffer, vectors } = this.#pack(upserts)
    const packed = upserts.map(({ id, scope }, i) => ({
      id,
      scope,
      vector: vectors[i] ?? new Float32Array(0),
    }))
    await this.#parts.writer.ask('apply', { upserts: packed, deletes, ...place }, [buffer])
  }

  async search(queries: readonly VectorQuery[]): Promise<Match[][]> {
    const { buffer, vectors } = this.#pack(queries)
    const packed = queries.map(({ k, scope }, i) => ({ k, scope, vector: vectors[i] ?? new Float32Array(0) }))
    return this.#parts.reader.ask('search', packed, [buffer])
  }

  async get(ids: readonly string[]): Promise<(Float32Array | undefined)[]> {
    return this.#parts.reader.ask('get', ids)
  }

  cursor(): Promise<number> {
    return this.#parts.reader.ask('cursor', undefined)
  }

  slot(): Promise<string | undefined> {
    return this.#parts.reader.ask('slot', undefined)
  }

  clear(): Promise<void> {
    return this.#parts.writer.ask('clear', undefined)
  }

  optimize(): Promise<void> {
    return this.#parts.writer.ask('optimize', undefined)
  }

  stats(): Promise<IndexStats> {
    return this.#parts.reader.ask('stats', undefined)
  }

  async close(): Promise<void> {
    const { reader, writer, leave } = this.#parts
    leave()
    await reader.close()
    // Last: the last connection to close brings the write-ahead log into the file.
    await writer.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Copies the vectors into one buffer, which a thread takes over: the caller's may lie in far larger ones. */
  #pack(all: readonly { readonly vector: Float32Array }[]): { buffer: ArrayBuffer; vectors: Float32Array[] } {
    const packed = packVectors(
      all.map(({ vector }) => vector),
      this.dimensions,
    )
    const vectors = all.map((_, i) => vectorAt(packed, i, this.dimensions))
    return { buffer: packed.buffer, vectors }
  }
}
