/** What a statement answered: rows, or how many rows it changed. */
export interface Answer {
  readonly rows: readonly unknown[]
  readonly changed?: number | undefined
}

/** A connection that is lent to one user at a time. */
export interface Lent {
  /** Sends one statement. Values are bound by the server, never put into the text. */
  run(statement: string, parameters: readonly unknown[]): Promise<Answer>
  /** The round trips that sending this statement takes. */
  roundTripsOf(statement: string, parameters: readonly unknown[]): number
  /** Gives it back; one that `failed` is not lent again. */
  release(failed: boolean): void
}

/** What `TIMEOUT` says when no connection was lent in time. */
export function noConnectionFree(ms: number): string {
  return `No connection to MySQL became free within ${ms} ms; use a larger pool, or wait longer (acquireTimeoutMs).`
}

/** Where connections come from: the Store's own pool, or a pool or Kysely of the user's. */
export interface ConnectionSource {
  /** True when a transaction begins by itself with the first statement of a connection (`autocommit = 0`). */
  readonly beginsByItself: boolean
  lend(): Promise<Lent>
}
