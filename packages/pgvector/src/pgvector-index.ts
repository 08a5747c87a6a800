import { MemoryError } from '@agentmem/core/adapter'
import type {
  IndexStats,
  IndexSupports,
  LogBatch,
  Match,
  VectorIndex,
  VectorQuery,
} from '@agentmem/core/adapter'
import { send } from './connect.ts'
import type { Connected } from './connect.ts'
import type { GraphBuilder } from './graph-builder.ts'
import { nearest } from './nearest.ts'
import type { NearestSettings } from './nearest.ts'
import { postgresFailure } from './postgres-failure.ts'
import type { Extension, Layout } from './pgvector-layout.ts'
import { entryColumns, idOf, vectorOf } from './vector-bytes.ts'
import { writeBatch } from './write-batch.ts'

export interface PgvectorParts {
  readonly connected: Connected
  readonly layout: Layout
  readonly extension: Extension
  readonly settings: NearestSettings
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

  constructor(parts: PgvectorParts) {
    const { durable, shared } = parts.connected
    this.dimensions = parts.layout.dimensions
    this.supports = Object.freeze({ durable, exact: false, shared, transactional: parts.transactional })
    this.#parts = parts
  }

  async apply(batch: LogBatch): Promise<void> {
    const { connected, layout, extension, graph } = this.#parts
    const moved = await this.#run(() => writeBatch(connected.db, layout, extension.typeId, batch))
    if (!moved) {
      const message = `The pgvector index stands at ${await this.cursor()}, not at ${batch.after}: another process has written it.`
      throw new MemoryError('CONFLICT', message)
    }
    graph.changed()
  }

  search(queries: readonly VectorQuery[]): Promise<Match[][]> {
    const { connected, layout, settings } = this.#parts
    return this.#run(() => Promise.all(queries.map(query => nearest(connected.db, layout, settings, query))))
  }

  async get(ids: readonly string[]): Promise<(Float32Array | undefined)[]> {
    const { layout } = this.#parts
    const text = `select ${entryColumns} from ${layout.vectors}
      where id in (select json_array_elements_text($1::json))`
    const rows = await this.#send<{ id: string; vector: string }>(text, [JSON.stringify(ids)])
    const vectors = new Map(rows.map(({ id, vector }) => [idOf(id), vectorOf(vector)]))
    return ids.map(id => vectors.get(id))
  }

  async cursor(): Promise<number> {
    const text = `select cursor::float8 as cursor from ${this.#parts.layout.state}`
    const [row] = await this.#send<{ cursor: number }>(text)
    return row?.cursor ?? 0
  }

  /** Without a graph, so that what comes next is taken in fast. */
  async clear(): Promise<void> {
    const { connected, layout, settings } = this.#parts
    await this.#run(() =>
      connected.db.transaction().execute(async tx => {
        await send(tx, `update ${layout.state} set cursor = 0`)
        await send(tx, `truncate ${layout.vectors}`)
        if (settings.exactUpTo > 0) await send(tx, `drop index if exists ${layout.graph}`)
      }),
    )
  }

  async optimize(): Promise<void> {
    const { graph, layout } = this.#parts
    await this.#run(() => graph.build())
    await this.#send(`vacuum (analyze) ${layout.vectors}`)
  }

  async stats(): Promise<IndexStats> {
    const { layout, graph, extension, settings } = this.#parts
    const text = `select count(*)::float8 as vectors,
        (pg_total_relation_size('${layout.vectors}') + pg_total_relation_size('${layout.state}'))::float8 as bytes,
        coalesce(pg_relation_size(to_regclass('${layout.graph}')), 0)::float8 as graph
      from ${layout.vectors}`
    const [row] = await this.#send<{ vectors: number; bytes: number; graph: number }>(text)
    return {
      vectors: row?.vectors ?? 0,
      bytesOnDisk: row?.bytes ?? 0,
      graph: await this.#run(() => graph.exists()),
      graphBytes: row?.graph ?? 0,
      backgroundError: graph.backgroundError,
      pgvector: extension.version,
      ...settings,
    }
  }

  async close(): Promise<void> {
    const { graph, connected, leave } = this.#parts
    leave()
    await graph.close()
    await connected.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #send<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]> {
    return this.#run(() => send<Row>(this.#parts.connected.db, text, parameters))
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw postgresFailure(error) ?? error
    }
  }
}
