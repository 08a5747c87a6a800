import type { CallOptions, LogBatch } from './log.ts'
import type { Scope } from './record.ts'

export interface VectorQuery {
  /** Unit length. */
  readonly vector: Float32Array
  /** How many matches at most. */
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
   * True when several processes may have the same data open. `cursor()` then looks at what others have written,
   * and a search that begins after it sees at least that.
   */
  readonly shared: boolean
  /** True when the Store writes this index in its own transactions, so that nothing is left to be applied. */
  readonly transactional: boolean
}

export interface IndexStats {
  /** Vectors that a search can find. */
  readonly vectors: number
  /** Bytes on disk, where there are any. */
  readonly bytesOnDisk?: number
  /** What else the backend has to say. */
  readonly [detail: string]: number | string | boolean | undefined
}

/**
 * Finds the nearest vectors of a scope. A projection of a Store's change log: it may be thrown away
 * and filled again from the Store at any time. An implementation may assume that its arguments have
 * been checked (see `guardIndex`), and holds no checks of its own.
 */
export interface VectorIndex extends AsyncDisposable {
  /** Such as 'hnsw'. */
  readonly name: string
  readonly dimensions: number
  readonly metric: 'cosine'
  readonly supports: IndexSupports
  /** Takes in a stretch of the log and remembers its cursor. An id that is there already is replaced. */
  apply(batch: LogBatch, options?: CallOptions): Promise<void>
  /** One list a query, best first, equal scores in ascending order of id; shorter than k when there is no more. */
  search(queries: readonly VectorQuery[], options?: CallOptions): Promise<Match[][]>
  /** The vectors held for these ids, aligned with them; undefined where there is none. */
  get(ids: readonly string[], options?: CallOptions): Promise<(Float32Array | undefined)[]>
  /** How far into the log this index has come: 0 when it is empty. */
  cursor(): Promise<number>
  /** Forgets everything, the cursor as well. */
  clear(): Promise<void>
  /** Makes what was applied durable and searches fast. Returns when that is done. */
  optimize(): Promise<void>
  stats(): Promise<IndexStats>
  /** Idempotent. */
  close(): Promise<void>
}
