import { closeSync, openSync } from 'node:fs'
import { MemoryError } from '@agentmem/core/adapter'
import { retryWhileBusy } from './busy-retry.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { sqliteError } from './sqlite-error.ts'
import type { CheckedOptions } from './sqlite-options.ts'

/** What of a Store's options a connection for writing needs. */
export type WriterOptions = Pick<CheckedOptions, 'path' | 'synchronous' | 'busyTimeoutMs'>

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
 * Opens a database file for writing, in WAL mode, making it when it is not there. Each `commit` then lasts as
 * `synchronous` says. The connection never waits for a lock by itself: see `loadBetterSqlite3`.
 */
export async function openWriter<Database extends SqliteDatabase>(
  openDatabase: (path: string, options: { readonly readonly?: boolean }) => Database,
  { path, synchronous, busyTimeoutMs }: WriterOptions,
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
