import type { Scope } from './record.ts'

/** What every call takes. */
export interface CallOptions {
  /** Aborts the call with `ABORTED` if the backend can abort it; what was committed stays committed. Default: none. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The log positions of a write: greater than `after`, up to and including `upTo`. No other write is between them.
 */
export interface LogSpan {
  readonly after: number
  readonly upTo: number
}

/** Which part of the log is read: what follows a position, at most so many entries. */
export interface LogRequest {
  readonly after: number
  readonly limit: number
}

/** The most changes that one read of the log returns. */
export const largestLogPage = 100_000

/** A batch of the log. `done` is true when it reaches the end that the log had when it was read. */
export interface LogPage extends LogBatch {
  readonly done: boolean
}

/** A vector with its id and its scope: everything that an index knows about a memory. */
export interface IndexEntry {
  readonly id: string
  readonly scope: Scope
  /** Unit length. */
  readonly vector: Float32Array
}

/**
 * A batch of a Store's change log: `Store.changes` returns it and `VectorIndex.apply` takes it. Each id occurs in
 * it at most once. Applying the same batch twice gives the same index.
 */
export interface LogBatch {
  readonly upserts: readonly IndexEntry[]
  readonly deletes: readonly string[]
  /** The log position of an index after this batch is applied. */
  readonly cursor: number
  /**
   * The cursor that the index must have before this batch. An index that other processes may write to
   * (`supports.shared`) checks it in the same step in which it applies the batch, and throws `CONFLICT` when its
   * cursor is another. Left out: not checked.
   */
  readonly after?: number | undefined
  /** The name under which the Store keeps how far the index has come. The index keeps it with the cursor; left out, it keeps none. */
  readonly slot?: string | undefined
}
