import type { Kysely } from 'kysely'
import { send } from './connect.ts'
import type { Sender } from './connect.ts'
import type { Layout } from './pgvector-layout.ts'

/** So long after the last change, or after so long with changes, the graph is built. */
const quietMs = 2_000
const mostMs = 60_000
/** What the server may take to build a graph; past it, building is many times slower. */
const mostMemoryMb = 1_024

export interface GraphSettings {
  readonly m: number
  readonly efConstruction: number
  readonly exactUpTo: number
  /** True where nothing can be done beside the building. */
  readonly single: boolean
}

/**
 * Builds the graph once there are more vectors than are scanned. Inserting into a graph takes a millisecond a
 * vector and building it over all of them much less, so that a filling index gets its graph when it comes to rest.
 */
export class GraphBuilder {
  readonly #db: Kysely<never>
  readonly #layout: Layout
  readonly #settings: GraphSettings
  #timer: NodeJS.Timeout | undefined
  #since: number | undefined
  #building: Promise<void> | undefined
  /** The server's process that builds. */
  #process: number | undefined
  #closed = false
  backgroundError: string | undefined

  constructor(db: Kysely<never>, layout: Layout, settings: GraphSettings) {
    this.#db = db
    this.#layout = layout
    this.#settings = settings
  }

  /** To be told of every change. */
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

  /** Builds it where it is missing and wanted. One build at a time, in all processes. */
  build(): Promise<void> {
    this.#building ??= this.#build().finally(() => (this.#building = undefined))
    return this.#building
  }

  async exists(to: Sender = this.#db): Promise<boolean> {
    const text = 'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)'
    const [row] = await send<{ valid: boolean }>(to, text, [this.#layout.graph])
    return row?.valid === true
  }

  /** Stops what is being built: the next to open finds it missing. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (!this.#building) return
    if (this.#process !== undefined && !this.#settings.single) {
      await send(this.#db, 'select pg_cancel_backend($1::integer)', [this.#process]).catch(() => undefined)
    }
    await this.#building.catch(() => undefined)
  }

  async #build(): Promise<void> {
    if (this.#closed || !(await this.#isWanted())) return
    await this.#db.connection().execute(async connection => {
      const lock = `hashtext('agentmem ' || $1)`
      const [taken] = await send<{ taken: boolean; process: number }>(
        connection,
        `select pg_try_advisory_lock(${lock}) as taken, pg_backend_pid() as process`,
        [this.#layout.graph],
      )
      if (!taken?.taken) return
      this.#process = taken.process
      try {
        await this.#buildOn(connection)
        this.backgroundError = undefined
      } finally {
        this.#process = undefined
        // A connection that is lost has given it back.
        const unlock = `select pg_advisory_unlock(${lock})`
        await send(connection, unlock, [this.#layout.graph]).catch(() => undefined)
      }
    })
  }

  async #buildOn(connection: Sender): Promise<void> {
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
    // A statement's time limit is meant for the calls that wait for one.
    const set = `select set_config('maintenance_work_mem', $1, false), set_config('statement_timeout', $2, false)`
    const [before] = await send<{ memory: string; timeout: string }>(
      connection,
      `select current_setting('maintenance_work_mem') as memory, current_setting('statement_timeout') as timeout`,
    )
    await send(connection, set, [`${memory}MB`, '0'])
    try {
      if (this.#closed) return
      // One that was left half built is of no use.
      await send(connection, `drop index if exists ${graph}`)
      await send(
        connection,
        `create index ${single ? '' : 'concurrently'} ${graphName} on ${vectors}
          using hnsw (${ranked} ${rankedOperators}) with (m = ${m}, ef_construction = ${efConstruction})`,
      )
      await send(connection, `analyze ${vectors}`)
    } finally {
      await send(connection, set, [before?.memory ?? '64MB', before?.timeout ?? '0'])
    }
  }

  async #isWanted(): Promise<boolean> {
    const { exactUpTo } = this.#settings
    if (await this.exists()) return false
    if (exactUpTo === 0) return true
    const text = `select count(*)::integer as count from (select from ${this.#layout.vectors} limit ${exactUpTo + 1}) seen`
    const [row] = await send<{ count: number }>(this.#db, text)
    return (row?.count ?? 0) > exactUpTo
  }
}
