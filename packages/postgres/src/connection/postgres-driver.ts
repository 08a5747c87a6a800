import type { CompiledQuery, Driver, QueryResult } from 'kysely'
import { PostgresConnection } from './postgres-connection.ts'
import type { ConnectionContext } from './postgres-connection.ts'
import type { TakeSender } from './sender.ts'

/** Hands out connections of a pool. Closing the pool is left to its owner. */
export class PostgresDriver implements Driver {
  readonly #take: TakeSender
  readonly #context: ConnectionContext

  constructor(take: TakeSender, context: ConnectionContext) {
    this.#take = take
    this.#context = context
  }

  /** See `PostgresConnection.runWhole`. */
  async runWhole(statement: CompiledQuery): Promise<QueryResult<unknown>> {
    const connection = await this.acquireConnection()
    try {
      return await connection.runWhole(statement)
    } finally {
      connection.release()
    }
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
