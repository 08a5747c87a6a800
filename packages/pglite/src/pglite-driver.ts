import type { CompiledQuery, Driver, QueryResult } from 'kysely'
import type { PgliteConnection } from './pglite-connection.ts'

/** Hands out the one connection, first come, first served. Closing it is left to its owner. */
export class PgliteDriver implements Driver {
  readonly #connection: PgliteConnection
  /** Resolves when the last one in the line gives the connection back. */
  #free: Promise<void> = Promise.resolve()
  #giveBack: () => void = () => undefined

  constructor(connection: PgliteConnection) {
    this.#connection = connection
  }

  /** A single statement is a transaction, and nobody else can be under way: the lock of the log is not needed. */
  async runWhole(statement: CompiledQuery): Promise<QueryResult<unknown>> {
    const connection = await this.acquireConnection()
    try {
      return await connection.executeWhole(statement)
    } finally {
      await this.releaseConnection()
    }
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PgliteConnection> {
    const before = this.#free
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#free = promise
    await before
    this.#giveBack = resolve
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#giveBack()
  }

  beginTransaction(connection: PgliteConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: PgliteConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: PgliteConnection): Promise<void> {
    return connection.rollback()
  }

  async destroy(): Promise<void> {}
}
