import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type {
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
} from 'kysely'
import type { ConnectionPool } from './connection-pool.ts'

/** A connection that begins and ends transactions itself. */
export interface PooledConnection extends DatabaseConnection {
  begin(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  close(): void
}

/** Kysely's SQLite, over a pool of our own connections. Closing the pool is left to its owner. */
export class SqliteDialect implements Dialect {
  readonly #pool: ConnectionPool<PooledConnection>

  constructor(pool: ConnectionPool<PooledConnection>) {
    this.#pool = pool
  }

  createDriver(): Driver {
    return new SqliteDriver(this.#pool)
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new PooledSqliteAdapter()
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }
}

class PooledSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #pool: ConnectionPool<PooledConnection>

  constructor(pool: ConnectionPool<PooledConnection>) {
    this.#pool = pool
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<PooledConnection> {
    return this.#pool.acquire()
  }

  async releaseConnection(connection: PooledConnection): Promise<void> {
    this.#pool.release(connection)
  }

  beginTransaction(connection: PooledConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: PooledConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: PooledConnection): Promise<void> {
    return connection.rollback()
  }

  async destroy(): Promise<void> {}
}
