import type { Scope } from './record.ts'

export interface CallOptions {
  /** Aborts the call where the backend can; what was committed stays committed. */
  readonly signal?: AbortSignal | undefined
}

/** The log positions a write took: those greater than `after`, up to and with `upTo`. No other write lies between. */
export interface LogSpan {
  readonly after: number
  readonly upTo: number
}

/** Changes that are read from the log at a time, at most. */
export const largestLogPage = 100_000

/** A stretch of the log, and whether it ends where the log ended when it was read. */
export interface LogPage extends LogBatch {
  readonly done: boolean
}

/** A vector with its name and its owner: all that an index knows of a memory. */
export interface IndexEntry {
  readonly id: string
  readonly scope: Scope
  /** Unit length. */
  readonly vector: Float32Array
}

/**
 * A stretch of a Store's change log: what `Store.changes` returns and `VectorIndex.apply` takes.
 * An id stands in it once at most. Applying the same stretch twice leaves the same index.
 */
export interface LogBatch {
  readonly upserts: readonly IndexEntry[]
  readonly deletes: readonly string[]
  /** The position in the log that is reached once this batch is applied. */
  readonly cursor: number
  /**
   * Where the index's cursor must stand for this stretch to follow on. An index that other processes may write
   * to (`supports.shared`) checks it in the same step in which it applies, and throws `CONFLICT` when it stands
   * elsewhere. Left out: not checked.
   */
  readonly after?: number | undefined
}
