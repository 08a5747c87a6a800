/** The answer to a statement. */
export interface Answer {
  readonly rows: unknown[]
  /** Rows that were written or found; undefined where the statement has no such number. */
  readonly affected: number | undefined
  /** Such as 'INSERT', where the driver gives it. */
  readonly command: string | undefined
}

/** One connection, taken out of its pool. */
export interface Sender {
  /** True when statements may be sent before those ahead of them are answered. */
  readonly pipelines: boolean
  /** Sends a statement. With `named`, one that is sent again may be kept prepared by a name. Default false. */
  send(text: string, values: readonly unknown[], named?: boolean): Promise<Answer>
  /** Runs `sends`; where statements may be sent ahead, all that it sends leaves together. */
  atOnce<T>(sends: () => T): T
  /** Gives the connection back to its pool, which closes it when it is broken. */
  release(): void
  /**
   * Ends the connection, and what the server does for it. Returns false where connections cannot be ended one by one:
   * this one is then given back when what runs on it has ended.
   */
  drop(): boolean
}

/** Takes a connection out of a pool. */
export type TakeSender = () => Promise<Sender>
