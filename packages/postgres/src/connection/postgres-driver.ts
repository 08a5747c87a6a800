import type { CompiledQuery, Driver, QueryResult } from 'kysely'
import { PostgresConnection } from './postgres-connection.ts'
import type { ConnectionContext } from './postgres-connection.ts'
import type { TakeSender } from './sender.ts'

/** Hands out connections of a pool, to Kysely and to those who send statements themselves. Its owner closes the pool. */
export class PostgresDriver implements Driver {
  readonly #take: TakeSender
  readonly #context: ConnectionContext

  constructor(take: TakeSender, context: ConnectionContext) {
    this.#take = take
    this.#context = context
  }

  /** Runs work that has one connection from first to last. */
  async run<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const connection = await this.acquireConnection()
    try {
      return await work(connection)
    } finally {
      connection.release()
    }
  }

  /** Runs work in a transaction. When it throws, all is undone. */
  transaction<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    return this.run(connection => connection.transaction(() => work(connection)))
  }

  /** See `PostgresConnection.runWhole`. */
  runWhole(statement: CompiledQuery): Promise<QueryResult<unknown>> {
    return this.run(connection => connection.runWhole(statement))
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    return new PostgresConnection(await this.#take(), this.#context)
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
  }

  beginTransaction(connection: PostgresConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback()
  }

  async destroy(): Promise<void> {}
}
