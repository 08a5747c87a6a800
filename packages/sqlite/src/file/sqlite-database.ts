/** A prepared statement, as better-sqlite3 and libsql have it. */
export interface SqliteStatement {
  /** True for a statement that returns rows. */
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

/** The class that better-sqlite3 exports. */
export type DatabaseClass = new (
  path: string,
  options?: { readonly readonly?: boolean | undefined; readonly timeout?: number | undefined },
) => SqliteDatabase

/** Opens a database file. The database waits for no lock by itself, since that would stop the event loop. */
export type OpenDatabase = (path: string, options: { readonly readonly?: boolean }) => SqliteDatabase
