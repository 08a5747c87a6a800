import { inTurn, MemoryError } from '@agentmem/core/adapter'
import type {
  CallOptions,
  IndexStats,
  IndexSupports,
  LogBatch,
  Match,
  VectorIndex,
  VectorQuery,
} from '@agentmem/core/adapter'
import { isPassing, postgresError } from '@agentmem/postgres/connection'
import type { PostgresAccess, PostgresConnection, PostgresDriver } from '@agentmem/postgres/connection'
import { untilItPasses, withSignal } from '@agentmem/sql'
import type { GraphBuilder } from './graph-builder.ts'
import { nearest } from './nearest.ts'
import type { NearestSettings } from './nearest.ts'
import type { Extension, Layout } from './pgvector-layout.ts'
import { send } from './send.ts'
import type { Executor } from './send.ts'
import { sideBySide } from './side-by-side.ts'
import { entryColumns, idOf, vectorOf } from './vector-bytes.ts'
import { writeBatch } from './write-batch.ts'

export interface PgvectorParts {
  readonly access: Pick<PostgresAccess, 'durable' | 'shared' | 'close'>
  readonly driver: PostgresDriver
  readonly layout: Layout
  readonly extension: Extension
  readonly settings: NearestSettings
  /** How many queries of one search run at once, each on a connection. */
  readonly width: number
  readonly graph: GraphBuilder
  readonly transactional: boolean
  /** Ends the part of the index in a Store's transactions. */
  readonly leave: () => void
}

export class PgvectorIndex implements VectorIndex {
  readonly name = 'pgvector'
  readonly dimensions: number
  readonly metric = 'cosine'
  readonly supports: IndexSupports
  readonly #parts: PgvectorParts
  /** One write at a time: each may take another connection, and the server runs those side by side. */
  readonly #write = inTurn()

  constructor(parts: PgvectorParts) {
    const { durable, shared } = parts.access
    this.dimensions = parts.layout.dimensions
    this.supports = Object.freeze({ durable, exact: false, shared, transactional: parts.transactional })
    this.#parts = parts
  }

  apply(batch: LogBatch, options?: CallOptions): Promise<void> {
    return this.#write(() => this.#apply(batch, options))
  }

  search(queries: readonly VectorQuery[], options?: CallOptions): Promise<Match[][]> {
    const { layout, settings, width } = this.#parts
    return sideBySide(width, queries, query =>
      this.#run(options, connection => nearest(connection, layout, settings, query)),
    )
  }

  async get(ids: readonly string[], options?: CallOptions): Promise<(Float32Array | undefined)[]> {
    const { layout } = this.#parts
    const text = `select ${entryColumns} from ${layout.vectors}
      where id = any(array(select json_array_elements_text($1::json)))`
    const rows = await this.#run(options, connection =>
      send<{ id: string; vector: string }>(connection, text, [JSON.stringify(ids)]),
    )
    const vectors = new Map(rows.map(({ id, vector }) => [idOf(id), vectorOf(vector)]))
    return ids.map(id => vectors.get(id))
  }

  cursor(): Promise<number> {
    return this.#run(undefined, connection => this.#readCursor(connection))
  }

  slot(): Promise<string | undefined> {
    const text = `select slot from ${this.#parts.layout.state}`
    return this.#run(undefined, async connection => {
      const [row] = await send<{ slot: string | null }>(connection, text)
      return row?.slot ?? undefined
    })
  }

  /** Leaves no graph, so that new vectors are stored fast. */
  clear(): Promise<void> {
    const { layout, settings, driver } = this.#parts
    const empty = (): Promise<void> =>
      driver.transaction(async tx => {
        // The table first, as writers take it: in the other order each could wait for the other.
        await send(tx, `truncate ${layout.vectors}`)
        if (settings.exactUpTo > 0) await send(tx, `drop index if exists ${layout.graph}`)
        await send(tx, `update ${layout.state} set cursor = 0, slot = null`)
      })
    return this.#write(() => this.#again(undefined, empty))
  }

  async optimize(): Promise<void> {
    const { graph } = this.#parts
    await this.#again(undefined, () => graph.build())
    await this.#again(undefined, () => graph.vacuum())
  }

  async stats(): Promise<IndexStats> {
    const { layout, graph, extension, settings } = this.#parts
    const text = `select count(*)::float8 as vectors,
        (pg_total_relation_size('${layout.vectors}') + pg_total_relation_size('${layout.state}'))::float8 as bytes,
        coalesce(pg_relation_size(to_regclass('${layout.graph}')), 0)::float8 as graph
      from ${layout.vectors}`
    return this.#run(undefined, async connection => {
      const [row] = await send<{ vectors: number; bytes: number; graph: number }>(connection, text)
      return {
        vectors: row?.vectors ?? 0,
        bytesOnDisk: row?.bytes ?? 0,
        graph: await graph.exists(connection),
        graphBytes: row?.graph ?? 0,
        backgroundError: graph.backgroundError,
        pgvector: extension.version,
        ...settings,
      }
    })
  }

  async close(): Promise<void> {
    const { graph, access, leave } = this.#parts
    leave()
    await graph.close()
    await access.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #apply(batch: LogBatch, options?: CallOptions): Promise<void> {
    const { layout, extension, graph } = this.#parts
    let tries = 0
    let stands: number | undefined
    await this.#run(options, async connection => {
      tries++
      if (await writeBatch(connection, layout, extension.typeId, batch)) return
      stands = await this.#readCursor(connection)
    })
    // A try whose answer was lost may have written it, and what the index holds up to a position is always the same.
    const isWritten = tries > 1 && stands === batch.cursor
    if (stands !== undefined && !isWritten) {
      const message = `The pgvector index stands at ${stands}, not at ${batch.after}: another process has written it.`
      throw new MemoryError('CONFLICT', message)
    }
    graph.changed()
  }

  async #readCursor(to: Executor): Promise<number> {
    const text = `select cursor::float8 as cursor from ${this.#parts.layout.state}`
    const [row] = await send<{ cursor: number }>(to, text)
    return row?.cursor ?? 0
  }

  #run<T>(
    options: CallOptions | undefined,
    work: (connection: PostgresConnection) => Promise<T>,
  ): Promise<T> {
    return this.#again(options, () => this.#parts.driver.run(work))
  }

  /** Work that may be done twice: it is tried again while it fails in ways that pass. */
  async #again<T>(options: CallOptions | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await withSignal(options?.signal, () => untilItPasses({ isPassing }, options?.signal, work))
    } catch (error) {
      throw postgresError(error) ?? error
    }
  }
}
