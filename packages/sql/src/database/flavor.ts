import type {
  LogSpan,
  MemoryError,
  Scalar,
  StoreCounters,
  StoreStats,
  StoreSupports,
  WherePlace,
} from '@agentmem/core/adapter'
import type { Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** The kinds of a JSON value that a filter asks for. */
export type JsonKind = 'string' | 'number' | 'array'

/**
 * What a filter asks of a column that has JSON. A place is the column, `metadata` unless it says otherwise, and a list of
 * keys. Bind them, and never put them into the statement's text. Keys lead into objects only, never into arrays. The
 * column may be NULL: nothing is there.
 */
export interface JsonFlavor {
  /** True when something other than null is there. Never NULL. */
  exists(place: WherePlace): Expression<SqlBool>
  /** True when a value of this kind is there. Never NULL. */
  is(place: WherePlace, kind: JsonKind): Expression<SqlBool>
  /** True when this very boolean is there. Never NULL. */
  isBoolean(place: WherePlace, value: boolean): Expression<SqlBool>
  /** The value there, to be compared with a bound one; only looked at where `is` is true. */
  text(place: WherePlace): Expression<string>
  number(place: WherePlace): Expression<number>
  /** A number to compare `number` with, for a database that reads JSON's numbers less exactly than bound ones. Default: as elsewhere. */
  boundNumber?(value: number): Expression<number>
  /** True when the array there has this element; only looked at where `is` says that it is an array. */
  arrayHas(place: WherePlace, element: Scalar): Expression<SqlBool>
}

/** The column types of the tables. */
export interface ColumnTypes {
  /** Ids and scope parts: compared byte by byte, at most 255 characters where there is a limit. */
  readonly key: RawBuilder<unknown>
  /** Text of any length, compared byte by byte. */
  readonly text: RawBuilder<unknown>
  /** Exact up to 2^53. */
  readonly integer: RawBuilder<unknown>
  /** 64-bit floating point. */
  readonly real: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
}

/** What a database plans its statements by. */
export interface PlannerStatistics {
  /** True where tables may be much larger than they say. It is asked beside the state of the log, in each write. */
  readonly mislead: RawBuilder<boolean>
  /** Brings them up to date, if it is time: asked by a transaction that has the lock of a log that ends at `head`. */
  renew(tx: Transaction<Tables>, head: number): Promise<void>
}

/** How a database checks its own files and indexes. */
export interface SelfCheck {
  /** What it is asked by, such as 'pragma integrity_check'. */
  readonly by: string
  /** Returns what is damaged, in the words of the database; or what to do where it cannot be asked, as one text. */
  readonly check: (db: Kysely<Tables>) => Promise<readonly string[] | string>
}

/** Rows to insert into a table. The values of each are in the order of `columns`. */
export interface Rows {
  readonly table: 'memories' | 'history' | 'pending' | 'memory_sources'
  readonly columns: readonly string[]
  readonly values: readonly (readonly unknown[])[]
}

/** What holds something of a memory, and goes with it. */
export type BuriedTable = 'memories' | 'history' | 'pending' | 'memory_sources'

/** The change log as a writing transaction finds it. */
export interface LogState {
  /** The position of the newest change. Only this transaction may take those after it. */
  readonly head: number
  /** False only when no record without a dedupe key was ever added. */
  readonly hasPlain: boolean
  /** False only when nothing waits in the inbox. */
  readonly hasPending: boolean
  /** False only when no memory was made of others. */
  readonly hasSources: boolean
  /** The model that the vectors are of, as the meta entry `embedderKey` of core names it. */
  readonly embedder: string | undefined
  /** True where `Flavor.statistics` may mislead the planner. Default false. */
  readonly isMisled?: boolean | undefined
}

/** Rows of `memories` that may all be new, all with a dedupe key or all without. */
export interface NewRows extends Rows {
  readonly table: 'memories'
  /** True when each has a dedupe key. */
  readonly keyed: boolean
  /** Who adds them, for the history; undefined: each row's own `actor_id`. */
  readonly actor: string | undefined
  /** What `meta` must have as `embedderKey` of core; otherwise nothing is added. Undefined: any value. */
  readonly embedder: string | undefined
  /**
   * The key in `meta` that says that a row without a dedupe key was once added. Set it with the first of them. Where
   * it is set, rows with a dedupe key may have to yield to older ones: add none of them.
   */
  readonly plainKey: string
}

/** A column of an existing table or view, whoever made it. */
export interface FoundColumn {
  readonly table: string
  readonly column: string
}

/**
 * All that a database does in its own way. The SQL Store does everything else, so a new database is a Kysely dialect
 * and a flavor. The driver must give numbers as numbers and bytes as Uint8Array.
 */
export interface Flavor {
  /** The Store's name: that of the database, in lower case. */
  readonly name: string
  readonly supports: StoreSupports
  readonly types: ColumnTypes
  readonly json: JsonFlavor
  /** The end of `create table` for a table whose rows are stored in the order of its primary key. Default: nothing. */
  readonly clusteredTable?: RawBuilder<unknown>
  /** True when an index can leave out rows by a condition. */
  readonly partialIndexes: boolean
  /** True when the database takes `as materialized`, and needs it to compute a part of a statement once. Default: false. */
  readonly materializes?: boolean
  /**
   * True when the database sorts all rows that are left for each page, though an index has them in order but for those
   * of one time and place. All texts of a scope are then read by a list of their ids, which is sorted once. Default: it
   * sorts those alone.
   */
  readonly sortsEachPage?: boolean
  /**
   * True when each statement that changes a table commits by itself, and one alone is done whole or not at all. A
   * migration may then be met half done. Default: such statements belong to their transaction.
   */
  readonly ddlCommits?: boolean
  /**
   * Runs first in every transaction that writes to the log. From then on no other transaction may take positions
   * until this one has ended. So positions become visible in their order, and a reader that has seen one has missed
   * none below it. Default: nothing, for a database whose BEGIN does that.
   */
  lockLog?(tx: Transaction<Tables>): Promise<void>
  /**
   * Locks the log as `lockLog` does and reads its state, where one statement can do both. `plainKey` is in `meta` once
   * a record without a dedupe key has been added. Default: `lockLog`, and then a statement that reads.
   */
  takeLog?(tx: Transaction<Tables>, plainKey: string): Promise<LogState>
  /**
   * Takes the lock of the log if it is free, for this one statement, and returns whether it was. At opening it is tried
   * while another connection has the lock. Default: not tried, as where BEGIN itself excludes others.
   */
  tryLock?(db: Kysely<Tables>): Promise<boolean>
  /** The columns of the tables in the schema that the Store is in. Default: Kysely's introspection. */
  columns?(db: Kysely<Tables>): Promise<FoundColumn[]>
  /** The names of the indexes of a table. Only for a database whose `ddlCommits` is true, and needed there. */
  indexes?(db: Kysely<Tables>, table: string): Promise<readonly string[]>
  /** Runs `work` while no other process migrates: in a transaction, or under a lock where DDL has no transactions. */
  migrate<T>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /**
   * Adds rows, leaving out those that a unique key forbids, and returns how many were added. `insertInChunks` makes
   * this function for databases where multi-row inserts are fastest.
   */
  insert(tx: Transaction<Tables>, rows: Rows): Promise<number>
  /**
   * Deletes the rows of a table whose memories are in `tombstones` at positions after `after`. Default: by a subquery,
   * for a database that does not read the whole table for it.
   */
  deleteBuried?(tx: Transaction<Tables>, after: number, table: BuriedTable): Promise<void>
  /**
   * Adds new rows at the end of the log, with their history, in one transaction and as few round trips as possible.
   * It also gives them their `seq`. Returns the positions that they took; undefined when they were not all new, and
   * nothing was written. Default: a transaction of several statements.
   */
  putNew?(db: Kysely<Tables>, rows: NewRows): Promise<LogSpan | undefined>
  /**
   * The number of values up to which `isOneOf` is fast. A call with a longer list sends a statement for each part of it.
   * Default: no limit.
   */
  readonly longestList?: number
  /** `column in values`, with few different statement texts whatever the number of values. */
  isOneOf(column: Expression<string | null>, values: readonly string[]): Expression<SqlBool>
  /**
   * `column in query`, for a database that may compare each row with each result of the query, where it expects fewer than there
   * are. Default: `in`.
   */
  isAmong?(column: Expression<unknown>, query: Expression<unknown>): Expression<SqlBool>
  /**
   * What a database knows of the sizes of the tables, and plans statements by, where it does not keep that up by itself. Default:
   * it does.
   */
  readonly statistics?: PlannerStatistics | undefined
  /** True when `text`, which is not null, contains `part`. Case counts, and '' is in every text. */
  contains(text: Expression<string>, part: string): Expression<SqlBool>
  /** The text in a form that `<` and `order by` compare by code point. Default: the text itself. */
  byCodePoint?(text: Expression<string>): Expression<string>
  /** A number to compare with, for a database where a bound value has no type. Default: the value. */
  number?(value: number): Expression<number>
  /**
   * True for an error of the driver after which the same call may succeed: a deadlock, a lost connection. Calls are
   * then tried again; after a COMMIT that was not answered, the Store first asks whether it was done. Default: never,
   * and no call is tried again.
   */
  isPassing?(error: unknown): boolean
  /**
   * True for an error that another process causes which makes the same tables, where nothing keeps it away: on another node
   * of a cluster, or where locks exclude nobody. The migration is then looked at again. Default: never.
   */
  isMigrationRace?(error: unknown): boolean
  /** The MemoryError of a driver's error; undefined where none fits better than `BACKEND`. */
  errorOf(error: unknown): MemoryError | undefined
  /**
   * Names the log that positions count in: an expression that is asked beside the head of the log, such as the timeline of
   * the server. Null where it is not known at the moment. Left out of use where the server refuses it at opening. Default:
   * the log has no name.
   */
  readonly lineage?: RawBuilder<string | null> | undefined
  readonly selfCheck: SelfCheck
  /** The statistics beside the number of memories and the head of the log. */
  stats(db: Kysely<Tables>): Promise<Partial<StoreStats>>
}

/** An open database, as an adapter hands it to `openSqlStore`. */
export interface SqlDatabase {
  readonly flavor: Flavor
  /** For single statements that only read. They see all that is committed. */
  readonly reader: Kysely<Tables>
  /** For transactions. May be the same as `reader`. */
  readonly writer: Kysely<Tables>
  /** What the connections have sent so far. They go on counting in this object. */
  readonly counters: StoreCounters
  /** How many connections there may be at one time. Default: more than one. */
  readonly connections?: number | undefined
  /** The schema of all tables, where a database has several. Default: the current schema of the connection. */
  readonly schema?: string | undefined
  /** Put before the name of each table and index. Default ''. */
  readonly tablePrefix?: string | undefined
  /** Closes what the adapter opened. */
  close(): Promise<void>
}
