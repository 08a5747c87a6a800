import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresConnection, PostgresDriver } from '@agentmem/postgres/connection'
import { unlimited } from '@agentmem/sql'
import type { Layout } from './pgvector-layout.ts'
import { send } from './send.ts'
import type { Executor } from './send.ts'
import { withSettings } from './with-settings.ts'

/** The graph is built when nothing has changed for the first time, and after the second where changes go on. */
const quietMs = 2_000
const mostMs = 60_000
/** How much memory the server may take to build a graph; past it, building is many times slower. */
const mostMemoryMb = 1_024
/** How long a closing index waits for a cancelled statement before it cancels again: the first may have come too early. */
const cancelAgainMs = 100

export interface GraphSettings {
  readonly m: number
  readonly efConstruction: number
  readonly exactUpTo: number
  /** True where the build has the only connection. */
  readonly single: boolean
}

/**
 * Builds the graph once there are more vectors than are scanned. Inserting into a graph takes a millisecond a
 * vector and building it over all of them much less: so an index that fills gets its graph when it comes to rest.
 */
export class GraphBuilder {
  readonly #driver: PostgresDriver
  readonly #layout: Layout
  readonly #settings: GraphSettings
  #timer: NodeJS.Timeout | undefined
  #since: number | undefined
  #building: Promise<void> | undefined
  /** The connection that builds, and the server's process behind it. */
  #builder: { readonly connection: PostgresConnection; readonly process: number } | undefined
  #closed = false
  backgroundError: string | undefined

  constructor(driver: PostgresDriver, layout: Layout, settings: GraphSettings) {
    this.#driver = driver
    this.#layout = layout
    this.#settings = settings
  }

  /** To be called after every change. */
  changed(): void {
    const now = Date.now()
    this.#since ??= now
    clearTimeout(this.#timer)
    const wait = Math.max(0, Math.min(quietMs, this.#since + mostMs - now))
    this.#timer = setTimeout(() => {
      this.#since = undefined
      this.build().catch((error: unknown) => (this.backgroundError = String(error)))
    }, wait)
    this.#timer.unref()
  }

  /** Builds the graph where it is missing and wanted. One build runs at a time, in all processes. */
  build(): Promise<void> {
    this.#building ??= unlimited(() => this.#build()).finally(() => (this.#building = undefined))
    return this.#building
  }

  async exists(to: Executor): Promise<boolean> {
    const text = 'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)'
    const [row] = await send<{ valid: boolean }>(to, text, [this.#layout.graph])
    return row?.valid === true
  }

  /** Clears away what was replaced, and counts what there is for the server's planner. */
  async vacuum(): Promise<void> {
    await unlimited(() =>
      this.#driver.run(connection =>
        withSettings(connection, { statement_timeout: '0' }, async () => {
          await send(connection, `vacuum (analyze) ${this.#layout.vectors}`)
        }),
      ),
    )
  }

  /** Stops a build that runs: the next to open finds the graph missing. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const building = this.#building?.catch(() => undefined)
    if (!building || this.#settings.single) return building
    for (let isBuilding = true; isBuilding && (await this.#cancel());) {
      isBuilding = await Promise.race([building.then(() => false), delay(cancelAgainMs, true)])
    }
  }

  /**
   * Cancels the statement that builds, over another connection. Where none is free, the connection that builds is
   * ended, and the server completes the graph alone. Returns false where neither can be done.
   */
  async #cancel(): Promise<boolean> {
    const builder = this.#builder
    if (!builder) return true
    try {
      await this.#driver.run(connection =>
        send(connection, 'select pg_cancel_backend($1::integer)', [builder.process]),
      )
      return true
    } catch {
      return builder.connection.drop()
    }
  }

  async #build(): Promise<void> {
    if (this.#closed) return
    await this.#driver.run(async connection => {
      if (!(await this.#isWanted(connection))) return
      const lock = `hashtext('agentmem ' || $1)`
      const [taken] = await send<{ taken: boolean; process: number }>(
        connection,
        `select pg_try_advisory_lock(${lock}) as taken, pg_backend_pid() as process`,
        [this.#layout.graph],
      )
      if (!taken?.taken) return
      this.#builder = { connection, process: taken.process }
      try {
        await this.#buildOn(connection)
        this.backgroundError = undefined
      } finally {
        this.#builder = undefined
        // A connection that kept the lock would let nobody build.
        const unlock = `select pg_advisory_unlock(${lock})`
        await send(connection, unlock, [this.#layout.graph]).catch(() => connection.drop())
      }
    })
  }

  async #buildOn(connection: PostgresConnection): Promise<void> {
    if (await this.exists(connection)) return
    const { graph, graphName, vectors, ranked, rankedOperators, dimensions } = this.#layout
    const { m, efConstruction, single } = this.#settings
    const [row] = await send<{ count: number }>(
      connection,
      `select count(*)::float8 as count from ${vectors}`,
    )
    // A node of the graph: its vector, and links of 8 bytes in two directions.
    const bytes = (row?.count ?? 0) * (4 * dimensions + 64 * m + 200)
    const memory = Math.min(mostMemoryMb, Math.max(64, Math.ceil(bytes / 2 ** 20)))
    // A graph left half built is of no use.
    const statements = [
      `drop index if exists ${graph}`,
      `create index ${single ? '' : 'concurrently'} ${graphName} on ${vectors}
        using hnsw (${ranked} ${rankedOperators}) with (m = ${m}, ef_construction = ${efConstruction})`,
      `analyze ${vectors}`,
    ]
    // A statement's time limit is meant for the calls that wait for one.
    const settings = { maintenance_work_mem: `${memory}MB`, statement_timeout: '0' }
    await withSettings(connection, settings, async () => {
      for (const statement of statements) {
        if (this.#closed) return
        await send(connection, statement)
      }
    })
  }

  async #isWanted(connection: PostgresConnection): Promise<boolean> {
    const { exactUpTo } = this.#settings
    if (await this.exists(connection)) return false
    if (exactUpTo === 0) return true
    const text = `select count(*)::integer as count from (select from ${this.#layout.vectors} limit ${exactUpTo + 1}) seen`
    const [row] = await send<{ count: number }>(connection, text)
    return (row?.count ?? 0) > exactUpTo
  }
}
