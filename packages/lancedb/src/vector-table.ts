import { MemoryError } from '@agentmem/core/adapter'
import type { LogBatch } from '@agentmem/core/adapter'
import type { Connection, Table } from '@lancedb/lancedb'
import type { RecordBatch, Schema } from 'apache-arrow'
import { formatKey, formatVersion, rowsOf, schemaOf } from './arrow-rows.ts'
import { cursorId, literal } from './filter.ts'
import { isFileGone, lanceError } from './lance-error.ts'
import type { LancedbLibraries } from './lancedb-libraries.ts'
import type { LancedbSettings } from './lancedb-options.ts'
import { vectorIndexOf } from './table-indexes.ts'
import type { VectorIndexFacts } from './table-indexes.ts'

/** How often versions are listed while some of them are removed. */
const listAttempts = 5

/** The facts about one version of the table. */
interface Known {
  readonly version: number
  readonly cursor: number
  readonly slot: string | undefined
  /** Why the table cannot be used, in words: it then counts as empty until it is written to. */
  readonly misfit: string | undefined
  readonly index: VectorIndexFacts | undefined
  readonly counts: Map<string, Promise<number>>
}

/**
 * The table that holds vectors and cursor: the cursor is a row of its own, so that one merge, which is one
 * commit of LanceDB's, writes both. Reads see the version that was the newest at the last `refresh` or write.
 */
export class VectorTable {
  readonly table: Table
  /** Why the table was emptied when it was first written to, in words. */
  rebuiltBecause: string | undefined
  readonly #connection: Connection
  readonly #libraries: LancedbLibraries
  readonly #settings: LancedbSettings
  readonly #schema: Schema
  #known: Known | undefined

  private constructor(
    libraries: LancedbLibraries,
    settings: LancedbSettings,
    schema: Schema,
    connection: Connection,
    table: Table,
  ) {
    this.#libraries = libraries
    this.#settings = settings
    this.#schema = schema
    this.#connection = connection
    this.table = table
  }

  /** Opens the table, or makes it. Throws `SCHEMA` when it is not one of agentmem's. */
  static async open(libraries: LancedbLibraries, settings: LancedbSettings): Promise<VectorTable> {
    const { uri, place, storageOptions, table: name, dimensions } = settings
    const { lancedb, arrow } = libraries
    const schema = schemaOf(arrow, dimensions)
    let connection: Connection | undefined
    try {
      connection = await lancedb.connect(uri, storageOptions && { storageOptions: { ...storageOptions } })
      const empty = rowsOf(arrow, schema, dimensions, nothing)
      const table = await openOrCreate(connection, name, empty)
      const opened = new VectorTable(libraries, settings, schema, connection, table)
      await opened.known()
      return opened
    } catch (error) {
      connection?.close()
      throw lanceError(error, `The LanceDB table '${name}' in ${place} cannot be opened`)
    }
  }

  /** Moves on to the newest version, which another process may have written. */
  async refresh(): Promise<Known> {
    await this.table.checkoutLatest()
    return this.known()
  }

  /** The facts about the version that is read. */
  async known(): Promise<Known> {
    for (;;) {
      const version = await this.table.version()
      if (this.#known?.version === version) return this.#known
      const loaded = await this.#load(version)
      // After a write in between, the facts read are a mixture of two versions.
      if ((await this.table.version()) === version) this.#known = loaded
    }
  }

  /** How many rows pass a filter; counted once a version. */
  count(filter: string): Promise<number> {
    return this.#onNewestIfGone(async () => {
      const { counts, misfit } = await this.known()
      if (misfit) return 0
      const counted = counts.get(filter) ?? this.table.countRows(filter)
      counts.set(filter, counted)
      counted.catch(() => counts.delete(filter))
      return counted
    })
  }

  /** When each version was written. LanceDB fails when one is removed while it lists them; then it is asked again. */
  async versionTimes(): Promise<number[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.table.listVersions()).map(({ timestamp }) => timestamp.getTime())
      } catch (error) {
        if (!isFileGone(error) || attempt === listAttempts) throw error
      }
    }
  }

  /** The rows of a query. */
  read(query: (table: Table) => { toArrow(): Promise<unknown> }): Promise<readonly RecordBatch[]> {
    return this.#onNewestIfGone(async () => {
      const { misfit } = await this.known()
      return misfit ? [] : batchesOf(await query(this.table).toArrow())
    })
  }

  /**
   * Writes a stretch of the log in one commit. LanceDB repeats a commit that lost to another process's, on top of
   * that one. With `after` the condition, which is evaluated again then, divides by zero where the cursor
   * has moved: only an error keeps the merge from adding rows.
   */
  async merge(batch: LogBatch): Promise<void> {
    const { after, cursor, slot } = batch
    const before = await this.refresh()
    if (after !== undefined && after !== before.cursor) throw conflict(after, before.cursor)
    if (before.misfit) {
      this.rebuiltBecause = before.misfit
      await this.clear()
      return this.merge(batch)
    }
    if (cursor === before.cursor && slot === before.slot && batch.upserts.length + batch.deletes.length === 0)
      return
    const cursorRow = literal(cursorId)
    const condition =
      after === undefined
        ? undefined
        : {
            where:
              `1 / CAST(source.id <> ${cursorRow} OR target.position = ${after} AS BIGINT) = 1 ` +
              `AND (source.id = ${cursorRow} OR source.position >= target.position)`,
          }
    const rows = rowsOf(this.#libraries.arrow, this.#schema, this.#settings.dimensions, batch)
    const merge = this.table
      .mergeInsert('id')
      .whenMatchedUpdateAll(condition)
      .whenNotMatchedInsertAll()
      .useIndex(false)
    const { version, numAttempts } = await merge.execute(rows).catch(async (error: unknown) => {
      if (after === undefined || !/divide by zero/i.test(String(error))) throw error
      throw conflict(after, (await this.refresh()).cursor)
    })
    if (version === before.version + 1 && numAttempts === 1) {
      this.#known = { ...before, version, cursor, slot, counts: new Map() }
      return
    }
    await this.refresh()
  }

  /** Replaces the table by an empty one, in one commit. */
  async clear(): Promise<void> {
    const { dimensions } = this.#settings
    const empty = rowsOf(this.#libraries.arrow, this.#schema, dimensions, nothing)
    await this.table.add(empty, { mode: 'overwrite' })
    await this.refresh()
  }

  close(): void {
    this.table.close()
    this.#connection.close()
  }

  /** Reads again, on the newest version, when another process has removed the one that was being read. */
  async #onNewestIfGone<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isFileGone(error)) throw error
      await this.refresh()
      return work()
    }
  }

  async #load(version: number): Promise<Known> {
    const misfit = this.#misfitOf(await this.table.schema())
    const counts = new Map<string, Promise<number>>()
    if (misfit) return { version, cursor: 0, slot: undefined, misfit, index: undefined, counts }
    const filter = `id = ${literal(cursorId)}`
    const [row] = batchesOf(await this.table.query().where(filter).select(['position', 'runId']).toArrow())
    const cursor: unknown = row?.getChild('position')?.get(0)
    if (typeof cursor !== 'bigint') throw notOurs(this.#settings, 'it has no row for the cursor')
    const slot: unknown = row?.getChild('runId')?.get(0)
    return {
      version,
      cursor: Number(cursor),
      slot: typeof slot === 'string' ? slot : undefined,
      misfit,
      index: await vectorIndexOf(this.table),
      counts,
    }
  }

  #misfitOf(schema: Schema): string | undefined {
    const format = schema.metadata.get(formatKey)
    if (format === undefined) throw notOurs(this.#settings, 'its schema does not say that it is one')
    if (format !== formatVersion) return `the table has format ${format}, this version reads ${formatVersion}`
    const type: { listSize?: number } | undefined = schema.fields.find(({ name }) => name === 'vector')?.type
    if (type?.listSize === this.#settings.dimensions) return undefined
    return `the table has dimensions ${type?.listSize} instead of ${this.#settings.dimensions}`
  }
}

const nothing: LogBatch = { upserts: [], deletes: [], cursor: 0 }

async function openOrCreate(connection: Connection, name: string, empty: object): Promise<Table> {
  try {
    return await connection.openTable(name)
  } catch (error) {
    if (!isFileGone(error)) throw error
  }
  try {
    return await connection.createTable(name, empty as never)
  } catch (error) {
    // Another process was faster.
    if (!/already exists/i.test(String(error))) throw error
    return connection.openTable(name)
  }
}

function batchesOf(table: unknown): readonly RecordBatch[] {
  return (table as { readonly batches: readonly RecordBatch[] }).batches
}

function conflict(after: number, cursor: number): MemoryError {
  return new MemoryError(
    'CONFLICT',
    `The cursor of the lancedb index stands at ${cursor}, not at ${after}: another process has written to it. ` +
      'Read cursor() and apply what follows it.',
  )
}

function notOurs({ table, place }: LancedbSettings, why: string): MemoryError {
  return new MemoryError(
    'SCHEMA',
    `The table '${table}' in ${place} is not an index of agentmem's: ${why}. Give another name as table, or another place.`,
  )
}
