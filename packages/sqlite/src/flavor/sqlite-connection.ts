import { MemoryError } from '@agentmem/core/adapter'
import type { CompiledQuery, QueryResult } from 'kysely'
import { retryWhileBusy } from '../file/retry-while-busy.ts'
import type { SqliteDatabase, SqliteStatement } from '../file/sqlite-database.ts'
import type { PooledConnection } from './sqlite-dialect.ts'
import type { WorkSlice } from './work-slice.ts'

/** Statements kept prepared. Filters make any number of different ones. */
const keptStatements = 250

/** Shared by the connections of a Store. */
export interface ConnectionContext {
  readonly busyTimeoutMs: number
  readonly slice: WorkSlice
  /** Counts statements and transactions. Each statement is a round trip: SQLite has no pipelining. */
  readonly counters: { statements: number; transactions: number; roundTrips: number }
}

/** One open database, as Kysely sees it. */
export class SqliteConnection implements PooledConnection {
  readonly #db: SqliteDatabase
  readonly #context: ConnectionContext
  /** By their SQL; the statement used last is last. */
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(db: SqliteDatabase, context: ConnectionContext) {
    this.#db = db
    this.#context = context
  }

  async executeQuery<R>({
    sql,
    parameters,
  }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
    await this.#context.slice.pause()
    // Inside a transaction this connection has the lock; a file that is busy then does not become free by waiting.
    if (this.#db.inTransaction) return this.#run(sql, parameters)
    return retryWhileBusy(this.#context.busyTimeoutMs, () => this.#run<R>(sql, parameters))
  }

  /** Takes the write lock at once: a transaction that began by reading could not take it later. */
  async begin(): Promise<void> {
    await this.executeQuery({ sql: 'begin immediate', parameters: [] })
    this.#context.counters.transactions++
  }

  async commit(): Promise<void> {
    await this.executeQuery({ sql: 'commit', parameters: [] })
  }

  /** Some errors have ended the transaction already. */
  async rollback(): Promise<void> {
    if (this.#db.inTransaction) await this.executeQuery({ sql: 'rollback', parameters: [] })
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new MemoryError('UNSUPPORTED', 'The sqlite store reads in pages and streams no rows.')
  }

  close(): void {
    this.#statements.clear()
    this.#db.close()
  }

  #run<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    const { counters } = this.#context
    counters.statements++
    counters.roundTrips++
    const statement = this.#prepare(sql)
    if (statement.reader) return { rows: statement.all(parameters) as R[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
  }

  #prepare(sql: string): SqliteStatement {
    const kept = this.#statements.get(sql)
    const statement = kept ?? this.#db.prepare(sql)
    if (kept) this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > keptStatements) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest)
        break
      }
    }
    return statement
  }
}
