import type {
  IndexStats,
  IndexSupports,
  LogBatch,
  Match,
  VectorIndex,
  VectorQuery,
  WorkerThread,
} from '@agentmem/core/adapter'
import { packScopes, packVectors, vectorAt } from './protocol.ts'
import type { HnswSettings, WorkerCalls } from './protocol.ts'

/** An index whose worker thread holds the vectors and the graph. */
export class HnswIndex implements VectorIndex {
  readonly name = 'hnsw'
  readonly dimensions: number
  readonly metric = 'cosine'
  readonly supports: IndexSupports
  readonly #thread: WorkerThread<WorkerCalls>

  constructor(settings: HnswSettings, thread: WorkerThread<WorkerCalls>) {
    this.dimensions = settings.dimensions
    this.supports = Object.freeze({
      durable: settings.path !== undefined,
      exact: false,
      shared: false,
      transactional: false,
    })
    this.#thread = thread
  }

  async apply({ upserts, deletes, cursor }: LogBatch): Promise<void> {
    const vectors = packVectors(
      upserts.map(entry => entry.vector),
      this.dimensions,
    )
    const ids = upserts.map(entry => entry.id)
    const { scopes, scopeOf } = packScopes(upserts.map(entry => entry.scope))
    const batch = { ids, scopes, scopeOf, vectors, deletes, cursor }
    await this.#thread.ask('apply', batch, [vectors.buffer, scopeOf.buffer])
  }

  async search(queries: readonly VectorQuery[]): Promise<Match[][]> {
    const vectors = packVectors(
      queries.map(query => query.vector),
      this.dimensions,
    )
    const ks = queries.map(query => query.k)
    const scopes = queries.map(query => query.scope)
    return this.#thread.ask('search', { vectors, ks, scopes }, [vectors.buffer])
  }

  async get(ids: readonly string[]): Promise<(Float32Array | undefined)[]> {
    const { found, vectors } = await this.#thread.ask('get', ids)
    let position = 0
    return found.map(there => (there ? vectorAt(vectors, position++, this.dimensions).slice() : undefined))
  }

  cursor(): Promise<number> {
    return this.#thread.ask('cursor', undefined)
  }

  clear(): Promise<void> {
    return this.#thread.ask('clear', undefined)
  }

  optimize(): Promise<void> {
    return this.#thread.ask('optimize', undefined)
  }

  stats(): Promise<IndexStats> {
    return this.#thread.ask('stats', undefined)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
