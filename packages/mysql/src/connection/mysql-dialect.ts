import { MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from 'kysely'
import type { DatabaseIntrospector, Dialect, DialectAdapter, Driver, Kysely, QueryCompiler } from 'kysely'
import type { ConnectionSource } from './connection-source.ts'
import { MysqlConnection } from './mysql-connection.ts'
import type { Counters } from './mysql-connection.ts'

/** Kysely's MySQL, over connections that count and prepare statements. Whoever made the source closes it. */
export class MysqlDialect implements Dialect {
  readonly #source: ConnectionSource
  readonly #counters: Counters

  constructor(source: ConnectionSource, counters: Counters) {
    this.#source = source
    this.#counters = counters
  }

  createDriver(): Driver {
    return new MysqlDriver(this.#source, this.#counters)
  }

  createQueryCompiler(): QueryCompiler {
    return new MysqlQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new MysqlAdapter()
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new MysqlIntrospector(db)
  }
}

class MysqlDriver implements Driver {
  readonly #source: ConnectionSource
  readonly #counters: Counters

  constructor(source: ConnectionSource, counters: Counters) {
    this.#source = source
    this.#counters = counters
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<MysqlConnection> {
    return new MysqlConnection(await this.#source.lend(), this.#source, this.#counters)
  }

  releaseConnection(connection: MysqlConnection): Promise<void> {
    return connection.release()
  }

  beginTransaction(connection: MysqlConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: MysqlConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: MysqlConnection): Promise<void> {
    return connection.rollback()
  }

  async destroy(): Promise<void> {}
}
