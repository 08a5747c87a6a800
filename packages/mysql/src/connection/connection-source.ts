/** The answer to a statement: rows, or the number of rows that it changed. */
export interface Answer {
  readonly rows: readonly unknown[]
  readonly changed?: number | undefined
}

/** A connection, lent to one caller at a time. */
export interface Lent {
  /**
   * Sends one statement. Values are bound by the server, never put into the text. Throws a MemoryError, and drops the
   * connection, when the answer is no longer waited for: after the limit, and for all but the end of a transaction with
   * the signal of the call.
   */
  run(statement: string, parameters: readonly unknown[]): Promise<Answer>
  /**
   * Prepares a statement in the transaction that is open, and throws an error that passes when that has ended meanwhile.
   * Default: nothing, where statements are sent as text.
   */
  prepare?(statement: string): Promise<void>
  /** The number of round trips of this statement. Ask before it is sent. */
  roundTripsOf(statement: string, parameters: readonly unknown[]): number
  /** Gives the connection back. One that has `failed` is not lent again. */
  release(failed: boolean): void
}

/** How long is waited, in milliseconds. */
export interface WaitLimits {
  /** For a connection. */
  readonly acquireTimeoutMs: number
  /** For the answer to a statement. */
  readonly statementTimeoutMs: number
}

/** What `TIMEOUT` says when no connection was lent in time. */
export function noConnectionFree(ms: number): string {
  return `No connection to MySQL became free within ${ms} ms; use a larger pool, or wait longer (acquireTimeoutMs).`
}

/** Where connections come from: the Store's own pool, or a pool or Kysely of the user's. */
export interface ConnectionSource {
  /** True when the first statement of a connection begins a transaction (`autocommit = 0`). */
  readonly beginsByItself: boolean
  /** True for a node of Galera, which `Lent.prepare` is for; set when the server has been asked. */
  isGalera: boolean
  lend(): Promise<Lent>
}

/** True for a statement that ends a transaction, which is sent whoever has gone. */
export function endsTransaction(statement: string): boolean {
  return statement === 'rollback'
}
