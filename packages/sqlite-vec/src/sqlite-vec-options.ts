import { exactlyOne, identifier, optional, part, path, readOptions, whole } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'

/** Where the vectors are, `path` or `store`, and how many numbers each has. */
export interface SqliteVecIndexOptions {
  /**
   * The database file, created when it does not exist: the Store's own or another; `':memory:'` for a database that
   * ends when it is closed. The index then follows the Store's log.
   */
  readonly path?: string | undefined
  /**
   * A Store of `openSqliteStore`, on disk: its own transactions then write the vectors too. Close the index before
   * the Store; closing the index leaves the Store open.
   */
  readonly store?: Store | undefined
  /** Numbers in a vector, from 1 to 65,536. */
  readonly dimensions: number
  /** Put before the names of tables: up to 32 letters, digits, `_`. Default: the Store's, or '' with `path`. */
  readonly tablePrefix?: string | undefined
  /** How long a write waits for another that has the file, in milliseconds, before `UNAVAILABLE`. Default 5,000. */
  readonly busyTimeoutMs?: number | undefined
}

export interface SqliteVecSettings {
  /** Absolute, or `':memory:'`; undefined with `store`. */
  readonly path: string | undefined
  readonly store: Store | undefined
  readonly dimensions: number
  /** Undefined: the Store's. */
  readonly tablePrefix: string | undefined
  readonly busyTimeoutMs: number
}

/** The function whose options they are, as messages name it. */
export const owner = 'openSqliteVecIndex'

/** Reads the options and fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function readSqliteVecOptions(given: SqliteVecIndexOptions): SqliteVecSettings {
  const settings = readOptions(owner, given, {
    path: optional(path('memories.db', { inMemory: true })),
    store: optional(part<Store>('a Store of openSqliteStore', ['put', 'changes'])),
    // A row of more than a page continues in overflow pages; SQLite's own limit is far away.
    dimensions: whole(1, 65_536),
    tablePrefix: optional(identifier(32, '')),
    busyTimeoutMs: whole(0, 2 ** 31 - 1, 5000),
  })
  exactlyOne(owner, settings, ['path', 'store'])
  return settings
}
