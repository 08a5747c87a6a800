import type { CallOptions, LogPage, LogSpan } from './log.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from './record.ts'
import type { VectorStaging } from './staging.ts'
import type { WhereNode } from './where.ts'

export interface WriteOptions extends CallOptions {
  /** Who writes, for the history; default: the record's own actor. */
  readonly actor?: string | undefined
}

/** For writes that bring vectors. */
export interface VectorWriteOptions extends WriteOptions {
  /**
   * What the meta entry `embedder` has to be for the vectors to fit. It is looked at in the write's own transaction;
   * where it is something else nothing is written and `MODEL_MISMATCH` is thrown. Default: not looked at.
   */
  readonly embedder?: string | undefined
}

export interface ReuseOptions extends CallOptions {
  /** What the meta entry `embedder` has to be; where it is something else there are no vectors. */
  readonly embedder: string
}

export interface DeleteAllOptions extends WriteOptions {
  /** Also removes the history of the scope, of memories deleted earlier too, and writes none. Default false. */
  readonly purgeHistory?: boolean | undefined
}

export interface WriteReceipt {
  /** Undefined when the Store cannot tell; readers then look into the log. */
  readonly span?: LogSpan | undefined
}

export interface PutReceipt extends WriteReceipt {
  /**
   * For each record that was not written, its id, and the id of the stored record that holds its place:
   * the same id when that very id was there already, another when `dedupeKey` was. Empty as a rule.
   */
  readonly duplicates: ReadonlyMap<string, string>
}

/** A change of one record. What `set` leaves out stays as it is. */
export interface Patch {
  readonly key: Key
  readonly set: Partial<
    Pick<
      MemoryRecord,
      | 'content'
      | 'hash'
      | 'metadata'
      | 'type'
      | 'level'
      | 'importance'
      | 'expiresAt'
      | 'accessCount'
      | 'lastAccessedAt'
    >
  >
  /** Comes with new content. */
  readonly vector?: Float32Array | undefined
  /** Comes with a vector: see `StoredRecord.reusable`. Default false. */
  readonly reusable?: boolean | undefined
  /** Comes with new content; taken over only by a record that has a dedupe key already. */
  readonly dedupeKey?: string | undefined
  readonly updatedAt: number
  /** The version that the record must have; otherwise nothing of the batch is written and `CONFLICT` is thrown. */
  readonly expectVersion?: number | undefined
  /**
   * True: when the record is not there, nothing of the batch is written and `NOT_FOUND` is thrown. Default false: its
   * id is told in `missing`.
   */
  readonly mustExist?: boolean | undefined
}

export interface ChangeReceipt extends WriteReceipt {
  /** Ids that were not there, so that nothing was written for them. */
  readonly missing: readonly string[]
}

/** The order of a query. Ties are broken by ascending id. */
export interface QueryOrder {
  readonly by: 'createdAt' | 'updatedAt'
  readonly direction: 'asc' | 'desc'
}

export interface Query {
  readonly scope: Scope
  /** As `parseWhere` returns it. */
  readonly where?: WhereNode | undefined
  /** Default: `createdAt`, newest first. */
  readonly order?: QueryOrder | undefined
  /** The last record of the page before; its id, and its time by which the order goes. */
  readonly after?: { readonly id: string; readonly time: number } | undefined
  /** Records a page, default 500. */
  readonly pageSize?: number | undefined
}

export interface MetaEntry {
  readonly key: string
  /** Null removes the key. */
  readonly value: string | null
  /** The value that must be there now, null for none. Without it the entry is written whatever is there. */
  readonly expect?: string | null | undefined
}

/** Fixed facts about a Store. */
export interface StoreSupports {
  /** True when data outlives the process. */
  readonly durable: boolean
  /** True when several processes may write the same data. */
  readonly multiProcess: boolean
  /** How many writes make progress at the same time; more only wait in line. */
  readonly concurrentWrites: number
}

/** What a Store has sent to its backend since it was opened. */
export interface StoreCounters {
  /** Statements, BEGIN and COMMIT among them. */
  readonly statements: number
  readonly transactions: number
  /** Messages that waited for an answer. Equal to `statements` where nothing is pipelined. */
  readonly roundTrips: number
}

export interface StoreStats {
  /** Memories of all organizations, expired ones among them. */
  readonly memories: number
  /** The position of the newest change in the log. */
  readonly head: number
  readonly bytesOnDisk?: number
  readonly [detail: string]: number | string | boolean | undefined
}

/**
 * Keeps memories: records, vectors, history and the change log. The truth of which indexes are projections.
 *
 * Every write is one transaction with its history and its log: all of it is there or none. Reads answer
 * in the order they were asked, `undefined` where there is nothing. An empty batch does no I/O.
 * An implementation may assume that its arguments have been checked (see `guardStore`).
 */
export interface Store extends VectorStaging, AsyncDisposable {
  /** Such as 'sqlite'. */
  readonly name: string
  readonly supports: StoreSupports
  readonly counters: StoreCounters
  /**
   * Adds records; never changes one. A record whose id or dedupe key is taken is left out and named in the
   * receipt, so that the same call may be sent twice. A record with a dedupe key also yields to an older
   * one of the same scope and hash that has none. Throws `CONFLICT`, and writes nothing, when an id is
   * taken by a record of another scope: to name it as a duplicate would tell one user of another's memories.
   */
  put(records: readonly StoredRecord[], options?: VectorWriteOptions): Promise<PutReceipt>
  /** Changes records; each change raises the version by one. Throws `CONFLICT` on a dedupe key that is taken. */
  patch(patches: readonly Patch[], options?: VectorWriteOptions): Promise<ChangeReceipt>
  /** Removes records and vectors. The history stays. */
  delete(keys: readonly Key[], options?: WriteOptions): Promise<ChangeReceipt>
  /** Removes all of a scope, in a number of statements that does not grow with it. Returns how many there were. */
  deleteAll(scope: Scope, options?: DeleteAllOptions): Promise<number>
  get(keys: readonly Key[], options?: CallOptions): Promise<(MemoryRecord | undefined)[]>
  vectors(keys: readonly Key[], options?: CallOptions): Promise<(Float32Array | undefined)[]>
  /** The vectors of reusable records (see `StoredRecord`) by the hash of their content, aligned with the hashes. */
  vectorsByHash(hashes: readonly string[], options: ReuseOptions): Promise<(Float32Array | undefined)[]>
  /** Pages in keyset order: a record that is there throughout is seen exactly once, whatever else is written. */
  query(query: Query, options?: CallOptions): AsyncIterable<MemoryRecord[]>
  /** Oldest first; an empty list where there is none. */
  history(keys: readonly Key[], options?: CallOptions): Promise<HistoryEntry[][]>
  /**
   * The log after a position, at most `limit` entries of it. It holds each live record at the position of its
   * last change, and each deleted id: read from 0 it is the whole Store. A change is never skipped by a
   * reader, however late its transaction commits.
   */
  changes(
    request: { readonly after: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<LogPage>
  /** The position of the newest change that `changes` would return. Cheap: it is asked before every search. */
  head(options?: CallOptions): Promise<number>
  /** Values of the Store's own small key-value table, aligned; undefined where there is none. */
  readMeta(keys: readonly string[], options?: CallOptions): Promise<(string | undefined)[]>
  /** Writes all entries in one transaction; or none, and returns false, when an `expect` does not hold. */
  writeMeta(entries: readonly MetaEntry[], options?: CallOptions): Promise<boolean>
  stats(): Promise<StoreStats>
  /** Idempotent. Waits for what is under way. */
  close(): Promise<void>
}

/** What is read of a Store by those who follow its log, and what they leave there for each other. */
export type LogSource = Pick<Store, 'changes' | 'head' | 'readMeta' | 'writeMeta'>
