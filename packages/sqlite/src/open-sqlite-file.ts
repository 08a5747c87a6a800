import { closeSync, openSync } from 'node:fs'
import { guardStore, MemoryError } from '@agentmem/core'
import type { Store } from '@agentmem/core'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { Kysely } from 'kysely'
import { retryWhileBusy } from './busy-retry.ts'
import { ConnectionPool } from './connection-pool.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import type { ConnectionContext } from './sqlite-connection.ts'
import type { OpenDatabase, SqliteDatabase } from './sqlite-database.ts'
import { SqliteDialect } from './sqlite-dialect.ts'
import type { PooledConnection } from './sqlite-dialect.ts'
import { sqliteError } from './sqlite-error.ts'
import { sqliteFlavor } from './sqlite-flavor.ts'
import type { CheckedOptions } from './sqlite-options.ts'
import { WorkSlice } from './work-slice.ts'

/** Rows with vectors of 384 dimensions fill 8 kB pages better than 4 kB ones: a tenth less to write. */
const pageBytes = 8192
/**
 * After so many pages in the write-ahead log a commit also copies them into the file: 4 MB, as by default.
 * Twice as many make fewer but longer stops, 28 ms instead of 20 while batches of 1,000 are written.
 */
const checkpointPages = 500
/** What is left of the write-ahead log file after a checkpoint that it had outgrown. */
const walLimitBytes = 64 * 1024 * 1024

/**
 * Opens a Store called `name` in a file of any SQLite that works in this process. Throws `SCHEMA` when the
 * file is something else or newer than this version.
 */
export async function openSqliteFile(
  name: string,
  openDatabase: OpenDatabase,
  options: CheckedOptions,
): Promise<Store> {
  const { path, busyTimeoutMs, readers, tablePrefix } = options
  const context: ConnectionContext = {
    busyTimeoutMs,
    slice: new WorkSlice(),
    counters: { statements: 0, transactions: 0, roundTrips: 0 },
  }
  const inMemory = path === ':memory:'
  const first = await openWriter(openDatabase, options)
  const writers = new ConnectionPool<PooledConnection>(1, () => new SqliteConnection(first, context))
  const pool = inMemory
    ? writers
    : new ConnectionPool<PooledConnection>(
        readers,
        () => new SqliteConnection(openDatabase(path, { readonly: true }), context),
      )
  const writer = new Kysely<Tables>({ dialect: new SqliteDialect(writers) })
  const reader = inMemory ? writer : new Kysely<Tables>({ dialect: new SqliteDialect(pool) })
  const supports = Object.freeze({ durable: !inMemory, multiProcess: !inMemory, concurrentWrites: 1 })
  const store = await openSqlStore({
    flavor: sqliteFlavor(name, supports),
    reader,
    writer,
    counters: context.counters,
    tablePrefix,
    async close() {
      // The writer last: the last connection to close brings the log into the file and removes it.
      pool.close()
      writers.close()
    },
  })
  return guardStore(store)
}

async function openWriter(
  openDatabase: OpenDatabase,
  { path, synchronous, busyTimeoutMs }: CheckedOptions,
): Promise<SqliteDatabase> {
  let db: SqliteDatabase | undefined
  try {
    if (path !== ':memory:') makeForOwner(path)
    const opened = (db = openDatabase(path, {}))
    await retryWhileBusy(busyTimeoutMs, () => {
      opened.pragma(`page_size = ${pageBytes}`)
      opened.pragma('journal_mode = wal')
      opened.pragma(`wal_autocheckpoint = ${checkpointPages}`)
      opened.pragma(`journal_size_limit = ${walLimitBytes}`)
      opened.pragma(`synchronous = ${synchronous}`)
    })
    return opened
  } catch (error) {
    db?.close()
    throw sqliteError(error) ?? error
  }
}

/** Makes a new file readable by its owner alone; SQLite gives the files beside it the same permissions. */
function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    const message = `'${path}' cannot be opened for writing; check that its folder is there, and its permissions`
    throw new MemoryError('UNAVAILABLE', `${message} (${(error as Error).message}).`, {
      cause: error,
      retryable: false,
    })
  }
}
