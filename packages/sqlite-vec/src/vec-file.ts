import { MemoryError, unpackVector } from '@agentmem/core/adapter'
import type { IndexStats, LogBatch, Match, VectorQuery } from '@agentmem/core/adapter'
import { loadBetterSqlite3, openWriter } from '@agentmem/sqlite/file'
import type BetterSqlite3 from 'better-sqlite3'
import { layoutOf, placesPerScope, prepareTables, tablesOf, treesOf } from './layout.ts'
import type { Layout } from './layout.ts'
import { loadSqliteVec } from './load-sqlite-vec.ts'
import { nearest } from './nearest.ts'
import { writeBatch } from './write-batch.ts'

export interface VecFileSettings {
  readonly path: string
  readonly tablePrefix: string
  readonly dimensions: number
  readonly busyTimeoutMs: number
  /** A connection for reading finds the tables made. */
  readonly readonly: boolean
}

/** The most that SQLite maps into memory: reading pages there is twice as fast as copying them. */
const mappedBytes = 2 ** 31 - 65_536

/** The index in its file, through one connection that works, and waits, in this thread. */
export class VecFile {
  readonly #db: BetterSqlite3.Database
  readonly #layout: Layout

  private constructor(db: BetterSqlite3.Database, layout: Layout) {
    this.#db = db
    this.#layout = layout
  }

  static async open(settings: VecFileSettings): Promise<VecFile> {
    const { path, busyTimeoutMs } = settings
    const layout = layoutOf(settings.tablePrefix, settings.dimensions)
    const openDatabase = await loadBetterSqlite3()
    // A commit need not wait for the disk: the Store's log brings back what a loss of power undoes.
    const db = settings.readonly
      ? openDatabase(path, { readonly: true })
      : await openWriter(openDatabase, { path, busyTimeoutMs, synchronous: 'normal' }, tablesOf(layout))
    try {
      await loadSqliteVec(db)
      db.pragma(`busy_timeout = ${busyTimeoutMs}`)
      db.pragma(`mmap_size = ${mappedBytes}`)
      if (!settings.readonly) prepareTables(db, layout)
      return new VecFile(db, layout)
    } catch (error) {
      db.close()
      throw error
    }
  }

  apply(batch: LogBatch): void {
    this.#db
      .transaction(() => {
        const statements = writeBatch(this.#layout, batch)
        let step = statements.next([])
        while (!step.done) {
          const statement = this.#db.prepare<unknown[], Record<string, unknown>>(step.value.sql)
          const { parameters } = step.value
          const rows = statement.reader ? statement.all(...parameters) : []
          if (!statement.reader) statement.run(...parameters)
          step = statements.next(rows)
        }
        if (step.value) return
        throw new MemoryError(
          'CONFLICT',
          `The sqlite-vec index stands at ${this.cursor()}, not at ${batch.after}: another process has written it.`,
        )
      })
      .immediate()
  }

  /** All queries see one state. */
  search(queries: readonly VectorQuery[]): Match[][] {
    return this.#db.transaction(() => queries.map(query => nearest(this.#db, this.#layout, query)))()
  }

  get(ids: readonly string[]): (Float32Array | undefined)[] {
    const rows = this.#db
      .prepare<[string], { id: string; vector: Uint8Array }>(
        `select id, vector from ${this.#layout.vectors} where id in (select value from json_each(?))`,
      )
      .all(JSON.stringify(ids))
    const vectors = new Map(rows.map(({ id, vector }) => [id, unpackVector(vector)]))
    return ids.map(id => vectors.get(id))
  }

  cursor(): number {
    return this.#number(`select cursor from ${this.#layout.state}`)
  }

  slot(): string | undefined {
    const sql = `select slot from ${this.#layout.state}`
    return this.#db.prepare<[], string | null>(sql).pluck().get() ?? undefined
  }

  clear(): void {
    const { state, scopes, vectors } = this.#layout
    this.#db
      .transaction(() => {
        this.#db.exec(
          `delete from ${vectors}; delete from ${scopes}; update ${state} set cursor = 0, slot = null`,
        )
      })
      .immediate()
  }

  /** Removes scopes that have no vector any more, and copies the write-ahead log into the file. */
  optimize(): void {
    const { scopes, vectors } = this.#layout
    const range = `place >= s.no * ${placesPerScope} and place < (s.no + 1) * ${placesPerScope}`
    this.#db
      .transaction(() => {
        this.#db.exec(`delete from ${scopes} as s where not exists (select 1 from ${vectors} where ${range})`)
      })
      .immediate()
    this.#db.pragma('wal_checkpoint(passive)')
  }

  stats(): IndexStats {
    const { scopes, vectors } = this.#layout
    const bytesOf = (tree: string): number =>
      this.#number(`select coalesce(sum(pgsize), 0) from dbstat where aggregate = true and name = '${tree}'`)
    return {
      vectors: this.#number(`select count(*) from ${vectors}`),
      scopes: this.#number(`select count(*) from ${scopes}`),
      bytesOnDisk: treesOf(this.#layout).reduce((sum, tree) => sum + bytesOf(tree), 0),
    }
  }

  close(): void {
    this.#db.close()
  }

  #number(sql: string): number {
    return this.#db.prepare<[], number>(sql).pluck().get() ?? 0
  }
}
