import type { ResourceLimits } from 'node:worker_threads'

import type { LogBatch } from '../contracts/log.ts'
import type { Scope } from '../contracts/record.ts'
import type { IndexStats, IndexSupports, Match, VectorIndex, VectorQuery } from '../contracts/vector-index.ts'
import { packScopes, packVectors, vectorAt } from './packed-vectors.ts'
import type { PackedVectors } from './packed-vectors.ts'
import { WorkerThread } from './worker-thread.ts'

/** `upserts` of a LogBatch with each distinct scope once. */
export interface PackedBatch {
  readonly ids: readonly string[]
  readonly scopes: readonly Scope[]
  /** For each id the position of its scope. */
  readonly scopeOf: Uint32Array<ArrayBuffer>
  readonly vectors: PackedVectors
  readonly deletes: readonly string[]
  readonly cursor: number
  readonly slot: string | undefined
}

export interface PackedQueries {
  readonly vectors: PackedVectors
  readonly ks: readonly number[]
  readonly scopes: readonly Scope[]
}

/** For each id whether it is in the index, and the vectors of those that are. */
export interface PackedFound {
  readonly found: readonly boolean[]
  readonly vectors: PackedVectors
}

/** The index in its thread. */
export interface IndexInThread {
  apply(batch: PackedBatch): Promise<void>
  search(queries: PackedQueries): Match[][]
  get(ids: readonly string[]): PackedFound
  cursor(): number
  slot(): string | undefined
  clear(): Promise<void>
  optimize(): Promise<void>
  stats(): IndexStats
  /** The thread ends afterwards. */
  close(): Promise<void>
}

/** Every call that the thread answers. */
export interface IndexCalls<Settings> {
  open: { takes: Settings; gives: void }
  apply: { takes: PackedBatch; gives: void }
  search: { takes: PackedQueries; gives: Match[][] }
  get: { takes: readonly string[]; gives: PackedFound }
  cursor: { takes: undefined; gives: number }
  slot: { takes: undefined; gives: string | undefined }
  clear: { takes: undefined; gives: void }
  optimize: { takes: undefined; gives: void }
  stats: { takes: undefined; gives: IndexStats }
  close: { takes: undefined; gives: void }
}

/** What is opened in a thread. */
export interface ThreadedIndexFacts<Settings> {
  /** Such as 'hnsw'. */
  readonly name: string
  readonly durable: boolean
  /** The thread: a file that calls `serveIndex`. */
  readonly file: URL
  /** What its `open` is given. */
  readonly settings: Settings & { readonly dimensions: number }
  readonly resourceLimits?: ResourceLimits
}

/** An index, not exact and not shared, whose vectors and native code are in a worker thread. */
export class ThreadedIndex<Settings> implements VectorIndex {
  readonly name: string
  readonly dimensions: number
  readonly metric = 'cosine'
  readonly supports: IndexSupports
  readonly #thread: WorkerThread<IndexCalls<Settings>>

  private constructor(facts: ThreadedIndexFacts<Settings>, thread: WorkerThread<IndexCalls<Settings>>) {
    this.name = facts.name
    this.dimensions = facts.settings.dimensions
    this.supports = Object.freeze({
      durable: facts.durable,
      exact: false,
      shared: false,
      transactional: false,
    })
    this.#thread = thread
  }

  /** Starts the thread and opens the index in it. The answer is not yet behind `guardIndex`. */
  static async open<Settings>(facts: ThreadedIndexFacts<Settings>): Promise<ThreadedIndex<Settings>> {
    const { name, file, resourceLimits } = facts
    const thread = new WorkerThread<IndexCalls<Settings>>(file, `${name} index`, resourceLimits)
    try {
      await thread.ask('open', facts.settings)
    } catch (error) {
      await thread.terminate()
      throw error
    }
    return new ThreadedIndex(facts, thread)
  }

  async apply({ upserts, deletes, cursor, slot }: LogBatch): Promise<void> {
    const vectors = packVectors(
      upserts.map(entry => entry.vector),
      this.dimensions,
    )
    const ids = upserts.map(entry => entry.id)
    const { scopes, scopeOf } = packScopes(upserts.map(entry => entry.scope))
    const batch = { ids, scopes, scopeOf, vectors, deletes, cursor, slot }
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

  slot(): Promise<string | undefined> {
    return this.#thread.ask('slot', undefined)
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
