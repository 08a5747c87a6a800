import type {
  LogSpan,
  MemoryError,
  Scalar,
  StoreCounters,
  StoreStats,
  StoreSupports,
} from '@agentmem/core/adapter'
import type { Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** The kinds of a JSON value that a filter asks for. */
export type JsonKind = 'string' | 'number' | 'array'

/**
 * What a filter asks of the column `metadata`. A path is a list of keys, to be bound, never to be
 * put into the statement's text. Keys lead into objects only, never into arrays.
 */
export interface JsonFlavor {
  /** True when something other than null is there. Never NULL. */
  exists(path: readonly string[]): Expression<SqlBool>
  /** True when a value of this kind is there. Never NULL. */
  is(path: readonly string[], kind: JsonKind): Expression<SqlBool>
  /** True when this very boolean is there. Never NULL. */
  isBoolean(path: readonly string[], value: boolean): Expression<SqlBool>
  /** The value there, to be compared with a bound one; only looked at where `is` is true. */
  text(path: readonly string[]): Expression<string>
  number(path: readonly string[]): Expression<number>
  /** True when the array there has this element; only looked at where `is` says that it is an array. */
  arrayHas(path: readonly string[], element: Scalar): Expression<SqlBool>
}

/** The column types of the tables. */
export interface ColumnTypes {
  /** Ids and scope parts: compared byte by byte, at most 128 characters where there is a limit. */
  readonly key: RawBuilder<unknown>
  /** Text of any length, compared byte by byte. */
  readonly text: RawBuilder<unknown>
  /** Exact up to 2^53. */
  readonly integer: RawBuilder<unknown>
  /** 64-bit floating point. */
  readonly real: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
}

/** A table that is filled in bulk, its columns and rows of values in their order. */
export interface Rows {
  readonly table: 'memories' | 'history'
  readonly columns: readonly string[]
  readonly values: readonly (readonly unknown[])[]
}

/** The log as a writing transaction finds it. */
export interface LogState {
  /** The position of the newest change. Only this transaction may take those after it. */
  readonly head: number
  /** False only when no record without a dedupe key was ever added. */
  readonly hasPlain: boolean
  /** The model that the vectors are of, as the meta entry `embedderKey` of core names it. */
  readonly embedder: string | undefined
}

/** Rows of `memories` that are believed to be new, all with a dedupe key or all without. */
export interface NewRows extends Rows {
  readonly table: 'memories'
  /** True when each has a dedupe key. */
  readonly keyed: boolean
  /** Who adds them, for the history; undefined: each row's own `actor_id`. */
  readonly actor: string | undefined
  /** What `meta` must have as `embedderKey` of core, or else nothing is added; undefined: whatever it has. */
  readonly embedder: string | undefined
  /**
   * The key in `meta` that stands once a row without a dedupe key has been added: to be set with the first of
   * them. Where it is set, rows with a key may have to yield to older ones, and are not believed to be new.
   */
  readonly plainKey: string
}

/** A column of a table or view that is there, whoever made it. */
export interface FoundColumn {
  readonly table: string
  readonly column: string
}

/**
 * All that a database does in its own way. `SqlStore` holds everything else, so a new database is a
 * Kysely dialect and one of these. Numbers must come back from the driver as numbers, bytes as Uint8Array.
 */
export interface Flavor {
  /** The Store's name: that of the database, in lower case. */
  readonly name: string
  readonly supports: StoreSupports
  readonly types: ColumnTypes
  readonly json: JsonFlavor
  /** Ends the `create table` of a table whose rows are stored in the order of its primary key. Default: nothing. */
  readonly clusteredTable?: RawBuilder<unknown>
  /** Whether an index can leave out rows by a condition. */
  readonly partialIndexes: boolean
  /**
   * Runs first in every transaction that writes to the log. After it, no other transaction may take
   * positions until this one has ended: then positions become visible in their order, and a reader that
   * has seen one can have missed none below it. Default: nothing, for where BEGIN itself does that.
   */
  lockLog?(tx: Transaction<Tables>): Promise<void>
  /**
   * Does `lockLog`, and tells how the log stands then: where one statement can do both. `plainKey` stands in
   * `meta` once a record without a dedupe key has been added. Default: `lockLog`, and then a statement that reads.
   */
  takeLog?(tx: Transaction<Tables>, plainKey: string): Promise<LogState>
  /** What tables there are in the schema that the Store is in. Default: Kysely's introspection. */
  columns?(db: Kysely<Tables>): Promise<FoundColumn[]>
  /** Runs `work` in a transaction, or under a lock where DDL has none, while no other process migrates. */
  migrate<T>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /**
   * Adds rows, leaving out those that a unique key forbids, and returns how many were added.
   * `insertInChunks` makes one for databases that are best served by multi-row inserts.
   */
  insert(tx: Transaction<Tables>, rows: Rows): Promise<number>
  /**
   * Deletes the memories whose ids stand in `tombstones` at positions after `after`. Default: by a subquery, for
   * where that does not read the whole table.
   */
  deleteBuried?(tx: Transaction<Tables>, after: number): Promise<void>
  /**
   * Adds new rows at the end of the log, with their history, all in one transaction and as few round trips as
   * can be; their `seq` is still to be given. Returns the positions they took, or undefined when they were not
   * all new: then nothing was written. Default: a transaction of several statements.
   */
  putNew?(db: Kysely<Tables>, rows: NewRows): Promise<LogSpan | undefined>
  /** `column in values`, in few statement texts whatever their number. */
  isOneOf(column: Expression<string | null>, values: readonly string[]): Expression<SqlBool>
  /** True when `text`, not null, holds `part`, letter case and all; '' is in every text. */
  contains(text: Expression<string>, part: string): Expression<SqlBool>
  /** The text such that `<` and `order by` go by code point. Default: the text itself. */
  byCodePoint?(text: Expression<string>): Expression<string>
  /** A number to compare with, where a bound value does not bring its type along. Default: the value. */
  number?(value: number): Expression<number>
  /**
   * True for an error of the driver after which the same call may succeed: a deadlock, a lost connection. Writes
   * are then tried again, and it is found out whether a COMMIT that was not answered came to be. Default: never.
   */
  isPassing?(error: unknown): boolean
  /** The MemoryError of a driver's error; undefined where none fits better than `BACKEND`. */
  errorOf(error: unknown): MemoryError | undefined
  /** What there is to tell beside the number of memories and the head. */
  stats(db: Kysely<Tables>): Promise<Partial<StoreStats>>
}

/** A database that is open, as an adapter hands it to `SqlStore`. */
export interface SqlDatabase {
  readonly flavor: Flavor
  /** For single statements that only read. They see what is committed, all of it. */
  readonly reader: Kysely<Tables>
  /** For transactions. May be the same as `reader`. */
  readonly writer: Kysely<Tables>
  /** Live: what the connections count. */
  readonly counters: StoreCounters
  /** The schema of all tables, where a database has several. Default: the one it takes by itself. */
  readonly schema?: string | undefined
  /** Put before the name of each table and index. Default ''. */
  readonly tablePrefix?: string | undefined
  /** Closes what the adapter opened. */
  close(): Promise<void>
}
