import { closeSync, openSync } from 'node:fs'
import { MemoryError } from '@agentmem/core/adapter'
import { retryWhileBusy } from './retry-while-busy.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { sqliteError } from './sqlite-error.ts'

/** What a connection for writing needs to know. */
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
  { path, synchronous, busyTimeoutMs }: WriterSettings,
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
