/** What a statement came back with. */
export interface Answer {
  readonly rows: unknown[]
  /** Rows that were written or found; undefined where the statement has no such number. */
  readonly affected: number | undefined
  /** Such as 'INSERT', as far as it is known. */
  readonly command: string | undefined
}

/** One connection of a pool, taken out of it. */
export interface Sender {
  /** True when statements may be sent before those ahead of them are answered. */
  readonly pipelines: boolean
  send(text: string, values: readonly unknown[]): Promise<Answer>
  /** Runs `sends`; where statements may be sent ahead, what it sends leaves together. */
  atOnce<T>(sends: () => T): T
  /** Gives it back to the pool, which closes it when it is broken. */
  release(): void
}

/** Takes a connection out of a pool. */
export type TakeSender = () => Promise<Sender>
