import { closeSync, openSync } from 'node:fs'
import { MemoryError } from '@agentmem/core/adapter'
import { forgetStatistics } from './forget-statistics.ts'
import { retryWhileBusy } from './retry-while-busy.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { sqliteError } from './sqlite-error.ts'

/** The settings of a connection for writing. */
export interface WriterSettings {
  /** Absolute, or `':memory:'`. */
  readonly path: string
  /** When a commit is on the disk: `'full'` before it returns, `'normal'` at the next checkpoint. */
  readonly synchronous: 'full' | 'normal'
  /** How long to wait for another process that has the lock, in milliseconds. */
  readonly busyTimeoutMs: number
}

/** Rows with vectors of 384 dimensions fill 8 kB pages better than 4 kB ones: a tenth less to write. */
const pageBytes = 8192
/**
 * A commit that finds this many pages in the write-ahead log also copies them into the file: 4 MB, as by default.
 * Twice as many make fewer but longer stops, 28 ms instead of 20 while batches of 1,000 are written.
 */
const checkpointPages = 500
/** A checkpoint cuts a write-ahead log file that has grown larger to this size. */
const walLimitBytes = 64 * 1024 * 1024

/**
 * Opens a database file for writing, in WAL mode, creating the file when it does not exist. `synchronous` says how
 * durable each commit is, and `tables` which ones it is opened for: see `forgetStatistics`. The connection never waits for a
 * lock by itself: see `loadBetterSqlite3`. Throws `UNAVAILABLE` when the file cannot be opened or stays locked, `SCHEMA` when
 * it is no database.
 */
export async function openWriter<Database extends SqliteDatabase>(
  openDatabase: (path: string, options: { readonly readonly?: boolean }) => Database,
  { path, synchronous, busyTimeoutMs }: WriterSettings,
  tables: readonly string[],
): Promise<Database> {
  let db: Database | undefined
  try {
    if (path !== ':memory:') makeForOwner(path)
    const opened = (db = openDatabase(path, {}))
    await retryWhileBusy(busyTimeoutMs, () => {
      opened.pragma(`page_size = ${pageBytes}`)
      opened.pragma('journal_mode = wal')
      opened.pragma(`wal_autocheckpoint = ${checkpointPages}`)
      opened.pragma(`journal_size_limit = ${walLimitBytes}`)
      opened.pragma(`synchronous = ${synchronous}`)
      forgetStatistics(opened, tables)
    })
    return opened
  } catch (error) {
    db?.close()
    throw sqliteError(error) ?? error
  }
}

/** Creates a file that only its owner can read; SQLite gives the files beside it the same permissions. */
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
