/** A prepared statement, as better-sqlite3 and libsql have it. */
export interface SqliteStatement {
  readonly reader: boolean
  all(parameters: readonly unknown[]): unknown[]
  run(parameters: readonly unknown[]): { readonly changes: number }
}

/** A database that is open in this process, as better-sqlite3 and libsql have it. */
export interface SqliteDatabase {
  readonly inTransaction: boolean
  prepare(statement: string): SqliteStatement
  pragma(source: string): unknown
  close(): unknown
}

/** Opens a database file. Waiting for locks is ours: SQLite's would stop the event loop. */
export type OpenDatabase = (path: string, options: { readonly readonly?: boolean }) => SqliteDatabase
