import { MemoryError } from '@agentmem/core/adapter'
import { retryWhileBusy } from '@agentmem/sqlite/file'
import type { PooledConnection } from '@agentmem/sqlite/flavor'
import type { Client, InArgs, ResultSet, Transaction } from '@libsql/client'
import type { CompiledQuery, QueryResult } from 'kysely'

/** How long a write waits for another process that writes, in milliseconds: the default of `openSqliteStore`. */
export const busyTimeoutMs = 5000

/** Counts statements, transactions and round trips. */
export interface Counters {
  statements: number
  transactions: number
  roundTrips: number
}

/** One user of a client: statements go to the client, and inside a transaction to the transaction. */
export class ClientConnection implements PooledConnection {
  readonly #client: Client
  readonly #counters: Counters
  #transaction: Transaction | undefined

  constructor(client: Client, counters: Counters) {
    this.#client = client
    this.#counters = counters
  }

  async executeQuery<R>({
    sql,
    parameters,
  }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
    this.#counters.statements++
    this.#counters.roundTrips++
    const statement = { sql, args: parameters as InArgs }
    const result = await (this.#transaction ?? this.#client).execute(statement)
    const rows = result.columns.length === 0 ? [] : plainRows(result)
    return { rows: rows as R[], numAffectedRows: BigInt(result.rowsAffected) }
  }

  /** The client sends a server the BEGIN together with what comes next. */
  async begin(): Promise<void> {
    this.#counters.statements++
    this.#counters.transactions++
    if (this.#client.protocol === 'file') this.#counters.roundTrips++
    this.#transaction = await retryWhileBusy(busyTimeoutMs, () => this.#client.transaction('write'))
  }

  async commit(): Promise<void> {
    this.#counters.statements++
    this.#counters.roundTrips++
    await this.#transaction?.commit()
    this.#transaction = undefined
  }

  /** A transaction that lost its connection, or that an error ended, is rolled back already. */
  async rollback(): Promise<void> {
    const transaction = this.#transaction
    this.#transaction = undefined
    if (!transaction || transaction.closed) return
    this.#counters.statements++
    this.#counters.roundTrips++
    try {
      await transaction.rollback()
    } finally {
      transaction.close()
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new MemoryError('UNSUPPORTED', 'The libsql store reads in pages and streams no rows.')
  }

  close(): void {
    this.#transaction?.close()
  }
}

/** The client's rows have each value twice, and bytes as an ArrayBuffer. */
function plainRows({ columns, rows }: ResultSet): Record<string, unknown>[] {
  return rows.map(row => {
    const plain: Record<string, unknown> = {}
    for (const [i, column] of columns.entries()) {
      const value = row[i]
      plain[column] = value instanceof ArrayBuffer ? new Uint8Array(value) : value
    }
    return plain
  })
}
