import type {
  IndexStats,
  IndexSupports,
  InTurn,
  LogBatch,
  Match,
  VectorIndex,
  VectorQuery,
} from '@agentmem/core/adapter'
import { againAfterConflict } from './again-after-conflict.ts'
import { readRows } from './arrow-rows.ts'
import { idFilter, liveFilter } from './filter.ts'
import { lanceError } from './lance-error.ts'
import type { LancedbSettings } from './lancedb-options.ts'
import { vectorIndexOf } from './table-indexes.ts'
import { tableFiles } from './table-files.ts'
import type { Upkeep } from './upkeep.ts'
import { searchTable } from './vector-search.ts'
import type { VectorTable } from './vector-table.ts'

/** Searches at a time: each uses all processors where it scans. */
const searchesAtOnce = 4
/** Ids looked up in one filter. */
const idsAtOnce = 1_000

/** An index in a table. `write` runs one write of this process at a time, the upkeep's among them. */
export class LancedbIndex implements VectorIndex {
  readonly name = 'lancedb'
  readonly dimensions: number
  readonly metric = 'cosine'
  readonly supports: IndexSupports
  readonly #settings: LancedbSettings
  readonly #table: VectorTable
  readonly #upkeep: Upkeep
  /** One write of this process at a time: of two at once LanceDB would have to repeat one. */
  readonly #write: InTurn

  constructor(settings: LancedbSettings, table: VectorTable, upkeep: Upkeep, write: InTurn) {
    const kept = !settings.uri.startsWith('memory:')
    this.dimensions = settings.dimensions
    this.supports = Object.freeze({ durable: kept, exact: false, shared: kept, transactional: false })
    this.#settings = settings
    this.#table = table
    this.#upkeep = upkeep
    this.#write = write
  }

  async apply(batch: LogBatch): Promise<void> {
    await this.#doing('apply', () => this.#writing(() => this.#table.merge(batch)))
    this.#upkeep.committed(batch.upserts.length + batch.deletes.length)
  }

  search(queries: readonly VectorQuery[]): Promise<Match[][]> {
    return this.#doing('search', async () => {
      const answers: Match[][] = []
      for (let start = 0; start < queries.length; start += searchesAtOnce) {
        const some = queries.slice(start, start + searchesAtOnce)
        const found = await Promise.all(some.map(query => searchTable(this.#table, this.#settings, query)))
        answers.push(...found)
      }
      return answers
    })
  }

  get(ids: readonly string[]): Promise<(Float32Array | undefined)[]> {
    return this.#doing('get', async () => {
      const vectors = new Map<string, Float32Array>()
      for (let start = 0; start < ids.length; start += idsAtOnce) {
        const filter = idFilter(ids.slice(start, start + idsAtOnce))
        const batches = await this.#table.read(table => table.query().where(filter).select(['id', 'vector']))
        for (const { id, values, start } of readRows(batches, this.dimensions)) {
          vectors.set(id, values.slice(start, start + this.dimensions))
        }
      }
      return ids.map(id => vectors.get(id)?.slice())
    })
  }

  cursor(): Promise<number> {
    return this.#doing('cursor', async () => (await this.#table.refresh()).cursor)
  }

  slot(): Promise<string | undefined> {
    return this.#doing('slot', async () => (await this.#table.refresh()).slot)
  }

  clear(): Promise<void> {
    return this.#doing('clear', () => this.#writing(() => this.#table.clear()))
  }

  optimize(): Promise<void> {
    return this.#upkeep.run()
  }

  stats(): Promise<IndexStats> {
    return this.#doing('stats', async () => {
      const { misfit } = await this.#table.refresh()
      const lance = this.#table.table
      const [vectors, index, versions, files, { fragmentStats }] = await Promise.all([
        this.#table.count(liveFilter),
        vectorIndexOf(lance),
        this.#table.versionTimes(),
        tableFiles(this.#settings),
        lance.stats(),
      ])
      const { exactUpTo, probes, candidates, keepVersionsMs } = this.#settings
      return {
        vectors,
        bytesOnDisk: files?.bytes,
        files: files?.data,
        fragments: fragmentStats.numFragments,
        versions: versions.length,
        indexKind: index ? 'IVF_RQ' : 'none',
        partitions: index?.partitions ?? 0,
        unindexedRows: index ? index.unindexed : vectors,
        commitsSinceUpkeep: this.#upkeep.commits,
        backgroundError: this.#upkeep.error,
        rebuiltBecause: misfit ?? this.#table.rebuiltBecause,
        exactUpTo,
        probes,
        candidates,
        keepVersionsMs,
      }
    })
  }

  async close(): Promise<void> {
    await this.#upkeep.close()
    this.#table.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #writing(work: () => Promise<void>): Promise<void> {
    return this.#write(() => againAfterConflict(work))
  }

  async #doing<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw lanceError(error, `The lancedb index: ${doing} failed`)
    }
  }
}
