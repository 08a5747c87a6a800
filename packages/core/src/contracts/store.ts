import type { DatabaseCheck } from './database-check.ts'
import type { LogHead } from './log-head.ts'
import type { ChangePage } from './change-page.ts'
import type { CallOptions, LogPage, LogRequest } from './log.ts'
import type { StoreCommit } from './store-commit.ts'
import type {
  ChangeReceipt,
  DeleteAllOptions,
  DeleteOptions,
  Patch,
  PutOptions,
  PutReceipt,
  VectorWriteOptions,
} from './store-writes.ts'
import type { HistoryEntry, Key, MemoryRecord, Scope, StoredRecord } from './record.ts'
import type { VectorStaging } from './staging.ts'
import type { TextEntry, TextPage } from './text-index.ts'
import type { WhereNode, WhereTarget } from './where.ts'

export interface ReuseOptions extends CallOptions {
  /**
   * The model of the vectors, as the meta entry `embedder` names it. If the two differ, no vectors are returned.
   */
  readonly embedder: string
}

/**
 * The order of a query. Records of one time are ordered by place, then by id, both in the same direction: newest first
 * is exactly the reverse of oldest first.
 */
export interface QueryOrder {
  /** The time that records are ordered by. */
  readonly by: 'createdAt' | 'updatedAt'
  /** 'asc': oldest first. 'desc': newest first. */
  readonly direction: 'asc' | 'desc'
}

export interface Query {
  readonly scope: Scope
  /** As `parseWhere` returns it. */
  readonly where?: WhereNode | undefined
  /** Default: `createdAt`, newest first. */
  readonly order?: QueryOrder | undefined
  /** The last record of the page before: its id, its place, and its time in the field `order.by`. */
  readonly after?: { readonly id: string; readonly place: number; readonly time: number } | undefined
  /** Records passed over before the first page, default 0. */
  readonly offset?: number | undefined
  /** Records of all pages at most. Default: no limit. */
  readonly limit?: number | undefined
  /** Records a page, default 500. */
  readonly pageSize?: number | undefined
}

/** What is counted: the records that a query with the same scope and filter returns. */
export type CountRequest = Pick<Query, 'scope' | 'where'>

/** Asks for the distinct values of a field, or of a path into the metadata that holds a string. */
export interface ScopesRequest extends CountRequest {
  /** Of the kind 'string', where it is a field. */
  readonly by: WhereTarget
  /** The value that the page before ended with. */
  readonly after?: string | undefined
  /** Values at most. */
  readonly limit: number
}

/** One value, and the records that have it. */
export interface ScopeValue {
  /** A value of the field or the path that was asked for. */
  readonly value: string
  /** How many records have the value. */
  readonly memories: number
  /** When the newest change of one of them was made, in UTC milliseconds. */
  readonly updatedAt: number
}

export interface TextsQuery {
  readonly scope: Scope
  /** Texts a page, default 1,000. */
  readonly pageSize?: number | undefined
}

export interface MetaEntry {
  readonly key: string
  /** Null removes the key. */
  readonly value: string | null
  /** The value that must be stored now; null: no value. Without `expect` the entry is written in any case. */
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
  /** Statements, including BEGIN and COMMIT. */
  readonly statements: number
  /** Transactions that were begun. */
  readonly transactions: number
  /** Messages that waited for an answer. Equal to `statements` if nothing is pipelined. */
  readonly roundTrips: number
}

/** What a Store says of what it holds. */
export interface StoreStats {
  /** Memories of all organizations, including expired ones. */
  readonly memories: number
  /** The position of the newest change in the log. */
  readonly head: number
  /** Rows of the inbox that wait; absent where that is not known. */
  readonly waiting?: number
  /** Rows of the inbox that are not tried again; absent where that is not known. */
  readonly parked?: number
  /** When the oldest of those that wait was received, in UTC milliseconds; absent where there is none. */
  readonly oldestWaiting?: number
  /** Bytes that it takes on the disk; absent where that is not known. */
  readonly bytesOnDisk?: number
  readonly [detail: string]: number | string | boolean | undefined
}

/**
 * Stores memories: records, vectors, history and the change log. The Store is the source of truth; indexes are
 * projections of it.
 *
 * Every write is one transaction, with its history and its log: all of it is stored, or nothing. Reads answer in
 * the order of the request, with `undefined` where there is nothing. An empty batch does no I/O. An implementation
 * may assume that its arguments have been checked (see `guardStore`).
 */
export interface Store extends VectorStaging, StoreCommit, AsyncDisposable {
  /** Such as 'sqlite'. */
  readonly name: string
  /** What it can do; it never changes. */
  readonly supports: StoreSupports
  /** What it has sent to its backend so far. */
  readonly counters: StoreCounters
  /**
   * Adds records. A record whose id or dedupe key is taken is left out and named in the receipt, so that the same call
   * may be sent twice. A record with a dedupe key is also left out if an older
   * record without one has the same scope and hash. Throws `CONFLICT`, and writes nothing, when a record of another
   * scope has the id: to name it as a duplicate would tell one user of another's memories.
   *
   * With `onTaken: 'replace'` a record whose id is taken in its own scope is written over the stored one, which goes by
   * the id and by nothing else: a dedupe key that another id has still leaves it out. `createdAt`, `createdBy`, `place`
   * and the uses of the stored one stay, the version goes up by one, and the history has an `UPDATE`. The records are
   * written as if one by one, in no order that is promised. Such a call that is sent twice replaces twice: the versions are
   * one higher.
   *
   * A Store that sends a call again by itself, since the reply to it was lost, answers for what the first attempt wrote as
   * that would have: it is no duplicate, and is not replaced again.
   */
  put(records: readonly StoredRecord[], options?: PutOptions): Promise<PutReceipt>
  /**
   * Changes records; each change raises the version by one. Throws `CONFLICT` on a dedupe key that is taken. A record that
   * is superseded or hidden gives up its dedupe key to others, and takes it again when it is current again; the history
   * then has `SUPERSEDE`, `DELETE` or `RESTORE` in the place of `UPDATE`.
   */
  patch(patches: readonly Patch[], options?: VectorWriteOptions): Promise<ChangeReceipt>
  /**
   * Deletes records, vectors, what waits in the inbox for them, and what was made of them alone (`cascade`). The history
   * stays, unless `purgeHistory` is true. `missing` and the receipt's span go for all of it.
   */
  delete(keys: readonly Key[], options?: DeleteOptions): Promise<ChangeReceipt>
  /**
   * Deletes all records of a scope, or those that pass a filter, in a number of statements that does not grow with the scope.
   * What was made of them alone goes along, as with `delete`, and is not counted. Returns how many there were.
   */
  deleteAll(scope: Scope, options?: DeleteAllOptions): Promise<number>
  /** The records of the keys, aligned; undefined where there is none. */
  get(keys: readonly Key[], options?: CallOptions): Promise<(MemoryRecord | undefined)[]>
  /** Undefined also for a record without a vector. */
  vectors(keys: readonly Key[], options?: CallOptions): Promise<(Float32Array | undefined)[]>
  /**
   * Returns the vectors of reusable records (see `StoredRecord`) by the hash of their content, aligned with the
   * hashes.
   */
  vectorsByHash(hashes: readonly string[], options: ReuseOptions): Promise<(Float32Array | undefined)[]>
  /**
   * Reads pages in keyset order. A record that exists throughout is returned exactly once, whatever else is
   * written.
   */
  query(query: Query, options?: CallOptions): AsyncIterable<MemoryRecord[]>
  /** Returns how many records `query` would return, without reading them. */
  count(request: CountRequest, options?: CallOptions): Promise<number>
  /**
   * Returns the distinct strings that records have in a field or at a path, with how many have each, in order of code
   * points. One statement, whatever the number of records.
   */
  scopes(request: ScopesRequest, options?: CallOptions): Promise<ScopeValue[]>
  /**
   * Reads the texts of a scope's records that searches find, in pages in order of `createdAt`, `place`, `id`; nothing else of them
   * is read. A record that exists throughout is returned exactly once, as in `query`.
   */
  texts(query: TextsQuery, options?: CallOptions): AsyncIterable<TextEntry[]>
  /** Returns the history of each key, oldest first; an empty list where there is none. */
  history(keys: readonly Key[], options?: CallOptions): Promise<HistoryEntry[][]>
  /**
   * Reads the log after a position, at most `limit` entries. The log has each live record at the position of its
   * last change, and each deleted id: read from 0 it is the whole Store. A record that no search finds, or without a
   * vector, is a delete. A reader never misses a change, however late its transaction commits.
   */
  changes(request: LogRequest, options?: CallOptions): Promise<LogPage>
  /**
   * The same log with whose each memory is, and neither vectors nor texts: also of those that no search finds, and of those
   * that are gone. Of one whose history is purged, then or later, it knows the organization alone. A delete from before the
   * Store kept that is left out.
   */
  scopedChanges(request: LogRequest, options?: CallOptions): Promise<ChangePage>
  /** The same log with texts in the place of vectors. A record that no search finds is a delete. */
  textChanges(request: LogRequest, options?: CallOptions): Promise<TextPage>
  /**
   * Returns the position of the newest change that `changes` would return, and the lineage of the log, read in the same
   * statement. It must be cheap: every search calls it.
   */
  head(options?: CallOptions): Promise<LogHead>
  /**
   * Returns values of the meta table, a small key-value table of the Store, aligned; undefined where there is none.
   */
  readMeta(keys: readonly string[], options?: CallOptions): Promise<(string | undefined)[]>
  /** Writes all entries in one transaction. If an `expect` does not hold, it writes none and returns false. */
  writeMeta(entries: readonly MetaEntry[], options?: CallOptions): Promise<boolean>
  /** What it holds. */
  stats(): Promise<StoreStats>
  /**
   * Asks the database to check its own files and indexes, which reads all of them. What it finds is answered, not thrown. The
   * answer of a Store that cannot be checked says so.
   */
  checkDatabase(options?: CallOptions): Promise<DatabaseCheck>
  /** Idempotent. Waits for running calls. */
  close(): Promise<void>
}

/** The part of a Store that a Follower uses: the log, and the meta entries that followers leave for each other. */
export type LogSource = Pick<Store, 'changes' | 'head' | 'readMeta' | 'writeMeta'>
