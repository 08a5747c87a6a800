import type { CallOptions } from './log.ts'
import type { Key, MemoryRecord, Scope, StoredRecord } from './record.ts'
import type { ChangeReceipt, Patch, PutReceipt, VectorWriteOptions } from './store-writes.ts'

/** A memory that waits to be worked on: a row of the inbox, which lives until it is done. */
export interface PendingRow {
  /** Of a record that is put in the same commit. */
  readonly key: Key
  /** When it was received, in UTC milliseconds. */
  readonly at: number
  /** How many tokens its text has, as whoever works on it counts them. */
  readonly tokens: number
  /** Nobody is to take it before this time. */
  readonly notBefore: number
}

/** What becomes of a row that could not be worked on. */
export interface Postponed {
  readonly key: Key
  /** How often it was tried. */
  readonly attempts: number
  readonly notBefore: number
  /** True: it is not tried again until somebody asks for it. */
  readonly parked: boolean
  /** Why, in words; null where nothing failed yet. */
  readonly reason: string | null
  /** What was paid for and waits to be written. It goes with its memory. Null: nothing. Left out: as it is. */
  readonly answer?: string | null | undefined
}

/** Several changes that are written together. */
export interface StoreChange {
  readonly puts?: readonly StoredRecord[] | undefined
  readonly patches?: readonly Patch[] | undefined
  /** Deleted with their history. What was made of them stays. */
  readonly deletes?: readonly Key[] | undefined
  /** Kept only for the puts that were written, so that a commit may be sent twice. */
  readonly pending?: readonly PendingRow[] | undefined
  /** Rows of the inbox that are done: they go. */
  readonly done?: readonly Key[] | undefined
  /** Rows that stay. One that is gone by now is left out. */
  readonly postponed?: readonly Postponed[] | undefined
}

export type CommitReceipt = PutReceipt & ChangeReceipt

export interface PendingQuery {
  readonly scope: Scope
  /** The `seq` that the page before ended with, default 0. */
  readonly after?: number | undefined
  /** Rows at most. */
  readonly limit: number
  /** 'waiting' (default): those that may be taken at the time `now`. 'parked': those that are not tried again. */
  readonly state?: 'waiting' | 'parked' | undefined
  readonly now: number
}

/** A row of the inbox with its memory. */
export interface PendingMemory extends Required<Postponed> {
  /** Its place in the order in which memories were received. */
  readonly seq: number
  readonly at: number
  readonly tokens: number
  readonly answer: string | null
  readonly record: MemoryRecord
}

/** Rows in the order in which they were received. */
export interface PendingPage {
  readonly messages: readonly PendingMemory[]
  /** The `seq` to go on after. */
  readonly cursor: number
  /** True when there are no more rows. */
  readonly done: boolean
}

/** The part of a Store that writes several changes in one transaction, and keeps the inbox of what is to be worked on. */
export interface StoreCommit {
  /**
   * Writes puts, patches, the rows of the inbox and deletes in one transaction. Throws `CONFLICT`, and writes nothing,
   * when one of `done` does not wait any more, a version differs, or, with `done`, a put was left out as a duplicate: two
   * that work on the same rows write once.
   */
  commit(change: StoreChange, options?: VectorWriteOptions): Promise<CommitReceipt>
  /** Reads the inbox. Memories that are hidden are passed over. */
  pending(query: PendingQuery, options?: CallOptions): Promise<PendingPage>
  /**
   * Counts a use of each record that is there, and notes its time. In place: no version, no history, and the log does not
   * move.
   */
  touch(keys: readonly Key[], at: number, options?: CallOptions): Promise<void>
}
