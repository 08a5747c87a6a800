import { MemoryError } from '@agentmem/core/adapter'
import { limited } from '@agentmem/sql'
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
  readonly #limitMs: number
  #transaction: Transaction | undefined

  constructor(client: Client, counters: Counters, limitMs: number) {
    this.#client = client
    this.#counters = counters
    this.#limitMs = limitMs
  }

  async executeQuery<R>({
    sql,
    parameters,
  }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
    this.#counters.statements++
    this.#counters.roundTrips++
    const statement = { sql, args: parameters as InArgs }
    const result = await this.#limited(() => (this.#transaction ?? this.#client).execute(statement))
    const rows = result.columns.length === 0 ? [] : plainRows(result)
    return { rows: rows as R[], numAffectedRows: BigInt(result.rowsAffected) }
  }

  /** The client sends a server the BEGIN together with what comes next. */
  async begin(): Promise<void> {
    this.#counters.statements++
    this.#counters.transactions++
    if (this.#client.protocol === 'file') this.#counters.roundTrips++
    const beginning = retryWhileBusy(busyTimeoutMs, () => this.#client.transaction('write'))
    let isLate = false
    beginning.then(
      late => isLate && late.close(),
      () => undefined,
    )
    this.#transaction = await this.#limited(
      () => beginning,
      () => (isLate = true),
    )
  }

  async commit(): Promise<void> {
    this.#counters.statements++
    this.#counters.roundTrips++
    await this.#limited(async () => this.#transaction?.commit())
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
      await this.#limited(() => transaction.rollback(), undefined, false)
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

  /** A transaction that is given up is closed, and undone by the server. */
  #limited<T>(
    send: () => Promise<T>,
    giveUp: () => void = () => this.#transaction?.close(),
    heedsSignal = true,
  ): Promise<T> {
    return limited(send, { ms: this.#limitMs, giveUp, heedsSignal })
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
