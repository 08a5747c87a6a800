import { guardIndex, MemoryError, WorkerThread } from '@agentmem/core/adapter'
import type {
  IndexStats,
  IndexSupports,
  LogBatch,
  Match,
  VectorIndex,
  VectorQuery,
} from '@agentmem/core/adapter'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { packScopes, packVectors, vectorAt } from './protocol.ts'
import type { HnswSettings, WorkerCalls } from './protocol.ts'

export interface HnswIndexOptions {
  /** A directory for snapshots, made when it is missing. Default: the index lives in memory only. */
  readonly path?: string | undefined
  readonly dimensions: number
  /** Links of a vector to its neighbours in the graph, twice as many on the lowest level. Default 24. */
  readonly m?: number | undefined
  /** Candidates looked at when a vector is linked: higher finds better neighbours and builds slower. Default 48. */
  readonly efConstruction?: number | undefined
  /** Candidates a search keeps: higher finds more of the true neighbours and is slower. Default 192. */
  readonly efSearch?: number | undefined
  /** Scopes of up to so many vectors are scanned exactly; an index no larger has no graph. Default 4,000. */
  readonly exactUpTo?: number | undefined
}

/**
 * Opens an index that keeps its vectors in memory, in an HNSW graph (Malkov and Yashunin, 2016,
 * https://arxiv.org/abs/1603.09320) built by hnswlib. Building and searching happen in a worker thread.
 * A snapshot that does not fit the options, or is damaged, is not used: the index is then empty, its cursor
 * is 0, and `stats().rebuiltBecause` says why.
 *
 * Throws `NOT_INSTALLED` when the addon of hnswlib-node has not been built, `INVALID_ARGUMENT` on a wrong option.
 */
export async function openHnswIndex(options: HnswIndexOptions): Promise<VectorIndex> {
  const settings = parseOptions(options)
  const file = new URL('./hnsw-worker.js', import.meta.url)
  // What the worker makes is short-lived; left alone, its young generation grows to many times what it needs.
  const resourceLimits = { maxYoungGenerationSizeMb: 8 }
  // Flags of the process, such as --input-type or a loader, are not for this file.
  const worker = new Worker(file, { name: 'agentmem-hnsw', execArgv: [], resourceLimits })
  const thread = new WorkerThread<WorkerCalls>(worker, 'hnsw index')
  try {
    await thread.ask('open', settings)
  } catch (error) {
    await thread.terminate()
    throw error
  }
  return guardIndex(new HnswIndex(settings, thread))
}

class HnswIndex implements VectorIndex {
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

/** What each numeric option may be: the bounds of hnswlib and of a 32-bit count, and its default. */
const limits = {
  dimensions: { least: 1, most: 65_536, preset: undefined },
  m: { least: 2, most: 512, preset: 24 },
  efConstruction: { least: 1, most: 10_000, preset: 48 },
  efSearch: { least: 1, most: 10_000, preset: 192 },
  exactUpTo: { least: 0, most: 1_000_000, preset: 4_000 },
} as const

function parseOptions(options: HnswIndexOptions): HnswSettings {
  for (const name of Object.keys(options)) {
    if (name !== 'path' && !Object.hasOwn(limits, name)) {
      throw new MemoryError(
        'INVALID_ARGUMENT',
        `openHnswIndex has no option '${name}'; there are path, ${Object.keys(limits).join(', ')}.`,
      )
    }
  }
  const number = (name: keyof typeof limits): number => {
    const { least, most, preset } = limits[name]
    const value: unknown = options[name] ?? preset
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `openHnswIndex: ${name} is ${String(value)}; give a whole number from ${least} to ${most}.`,
    )
  }
  const { path } = options
  if (path !== undefined && (typeof path !== 'string' || path === '')) {
    throw new MemoryError(
      'INVALID_ARGUMENT',
      'openHnswIndex: path must be the name of a directory, or left out.',
    )
  }
  return {
    path: path === undefined ? undefined : resolve(path),
    dimensions: number('dimensions'),
    m: number('m'),
    efConstruction: number('efConstruction'),
    efSearch: number('efSearch'),
    exactUpTo: number('exactUpTo'),
  }
}
