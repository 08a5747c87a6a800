import { MemoryError } from '@agentmem/core/adapter'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { isLost } from '../flavor/mysql-error.ts'
import type { ConnectionSource, Lent } from './connection-source.ts'

/** Counts what is sent. The connections add to it. */
export interface Counters {
  statements: number
  transactions: number
  roundTrips: number
}

/** One connection while it is lent, as Kysely uses it. */
export class MysqlConnection implements DatabaseConnection {
  readonly #lent: Lent
  readonly #source: ConnectionSource
  readonly #counters: Counters
  #failed = false
  /** True while a transaction is open. */
  #open = false
  /** True once the open transaction has begun on the server. */
  #begun = false
  /** True once a statement was sent outside of a transaction. */
  #loose = false

  constructor(lent: Lent, source: ConnectionSource, counters: Counters) {
    this.#lent = lent
    this.#source = source
    this.#counters = counters
  }

  async executeQuery<R>({
    sql,
    parameters,
  }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
    this.#loose ||= !this.#open
    this.#counters.statements++
    this.#counters.roundTrips += this.#lent.roundTripsOf(sql, parameters)
    try {
      if (this.#source.isGalera && this.#begun && parameters.length > 0) await this.#lent.prepare?.(sql)
      const { rows, changed } = await this.#lent.run(sql, parameters)
      this.#begun = this.#open
      return changed === undefined
        ? { rows: rows as R[] }
        : { rows: rows as R[], numAffectedRows: BigInt(changed) }
    } catch (error) {
      // What is given up has dropped the connection.
      if (isLost(error) || MemoryError.is(error)) this.#failed = true
      throw error
    }
  }

  async begin(): Promise<void> {
    this.#open = true
    if (!this.#source.beginsByItself) await this.executeQuery({ sql: 'start transaction', parameters: [] })
    this.#counters.transactions++
  }

  async commit(): Promise<void> {
    await this.executeQuery({ sql: 'commit', parameters: [] })
    this.#ended()
  }

  /** The server has rolled back already when the connection is lost. */
  async rollback(): Promise<void> {
    if (!this.#failed) await this.executeQuery({ sql: 'rollback', parameters: [] })
    this.#ended()
  }

  #ended(): void {
    this.#open = false
    this.#begun = false
  }

  /** Gives the connection back. In the middle of a transaction, it is not used again. */
  async release(): Promise<void> {
    try {
      // A transaction that began by itself must not stay open: it would keep its locks on the tables.
      const begunByItself = this.#source.beginsByItself && this.#loose && !this.#failed && !this.#open
      if (begunByItself) await this.executeQuery({ sql: 'commit', parameters: [] })
    } finally {
      this.#lent.release(this.#failed || this.#open)
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new MemoryError('UNSUPPORTED', 'The mysql store reads in pages and streams no rows.')
  }
}
