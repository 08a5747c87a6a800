import type { CallOptions, LogBatch } from './log.ts'
import type { Scope } from './record.ts'

export interface VectorQuery {
  /** Unit length. */
  readonly vector: Float32Array
  /** The most matches to return. */
  readonly k: number
  readonly scope: Scope
}

export interface Match {
  readonly id: string
  /** Cosine similarity, -1 to 1: higher is better. */
  readonly score: number
}

/** Fixed facts about an index. */
export interface IndexSupports {
  /** True when vectors and cursor outlive the process. */
  readonly durable: boolean
  /** True when `search` finds the true nearest neighbours at every size. */
  readonly exact: boolean
  /**
   * True when several processes may have the same data open. `cursor()` then reads what others have written, and a
   * search that begins after it sees at least that.
   */
  readonly shared: boolean
  /** True when the Store writes this index in its own transactions, so that nothing is left to be applied. */
  readonly transactional: boolean
}

/** What an index says of what it holds. */
export interface IndexStats {
  /** Vectors that a search can find. */
  readonly vectors: number
  /** Bytes on disk; absent where there are none. */
  readonly bytesOnDisk?: number
  /** Further details of the backend. */
  readonly [detail: string]: number | string | boolean | undefined
}

/**
 * Finds the nearest vectors of a scope. An index is a projection of a Store's change log: it may be deleted and
 * filled again from the Store at any time. An implementation may assume that its arguments have been checked (see
 * `guardIndex`), and has no checks of its own.
 */
export interface VectorIndex extends AsyncDisposable {
  /** Such as 'hnsw'. */
  readonly name: string
  /** How many numbers a vector has. */
  readonly dimensions: number
  /** How vectors are compared. */
  readonly metric: 'cosine'
  /** What it can do; it never changes. */
  readonly supports: IndexSupports
  /** Applies a batch of the log and stores its cursor. The vector of an id that is there already is replaced. */
  apply(batch: LogBatch, options?: CallOptions): Promise<void>
  /**
   * Returns one list for each query, best first, equal scores by ascending id. A list is shorter than k when there
   * is no more.
   */
  search(queries: readonly VectorQuery[], options?: CallOptions): Promise<Match[][]>
  /** Returns the vectors of these ids, aligned; undefined where there is none. */
  get(ids: readonly string[], options?: CallOptions): Promise<(Float32Array | undefined)[]>
  /** Returns the log position up to which this index has applied changes: 0 when it is empty. */
  cursor(): Promise<number>
  /** Returns the `slot` of the batch that was applied last, written in one step with its cursor; undefined where it had none. */
  slot(): Promise<string | undefined>
  /** Deletes everything, including the cursor and the slot. */
  clear(): Promise<void>
  /** Makes the applied changes durable and searches fast. Returns when that is done. */
  optimize(): Promise<void>
  /** What it holds. */
  stats(): Promise<IndexStats>
  /** Idempotent. */
  close(): Promise<void>
}
