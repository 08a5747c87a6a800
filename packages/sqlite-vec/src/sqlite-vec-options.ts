import { resolve } from 'node:path'
import { MemoryError } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'

/** Where the vectors are, `path` or `store`, and how many numbers each has. */
export interface SqliteVecIndexOptions {
  /**
   * The database file, made when it is not there: the Store's own or another; `':memory:'` for one that is gone
   * when it is closed. The index then follows the Store's log.
   */
  readonly path?: string | undefined
  /**
   * A Store of `openSqliteStore`, on disk: its own transactions then write the vectors too. It must stay open as
   * long as the index, which does not close it.
   */
  readonly store?: Store | undefined
  readonly dimensions: number
  /** Put before the names of tables: letters, digits, `_`. Default: the Store's, or '' with `path`. */
  readonly tablePrefix?: string | undefined
  /** How long a write waits for another that has the file, in milliseconds, before `UNAVAILABLE`. Default 5,000. */
  readonly busyTimeoutMs?: number | undefined
}

export interface CheckedOptions {
  readonly place: { readonly path: string } | { readonly store: Store }
  readonly dimensions: number
  readonly tablePrefix: string | undefined
  readonly busyTimeoutMs: number
}

const known = ['path', 'store', 'dimensions', 'tablePrefix', 'busyTimeoutMs']

/** Throws `INVALID_ARGUMENT`. */
export function checkOptions(options: SqliteVecIndexOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { path, store, dimensions, tablePrefix, busyTimeoutMs = 5000 } = options
  if ((path === undefined) === (store === undefined)) {
    throw invalid('needs either a path, such as "memories.db", or a store of openSqliteStore')
  }
  if (
    path !== undefined &&
    (typeof path !== 'string' || path === '' || path !== path.trim() || /\0/.test(path))
  ) {
    throw invalid(`needs a path, such as 'memories.db' or ':memory:', not ${JSON.stringify(path)}`)
  }
  // A row of more than a page goes on in overflow pages; SQLite's own limit is far away.
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 65_536) {
    throw invalid(`has dimensions: ${String(dimensions)}; give a whole number from 1 to 65536`)
  }
  if (tablePrefix !== undefined && !/^(?:[A-Za-z_]\w{0,31})?$/.test(tablePrefix)) {
    throw invalid(
      `has tablePrefix: ${JSON.stringify(tablePrefix)}; give up to 32 letters, digits or '_', no digit first`,
    )
  }
  if (!Number.isInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs > 2 ** 31 - 1) {
    throw invalid(`has busyTimeoutMs: ${String(busyTimeoutMs)}; give a whole number of milliseconds`)
  }
  const place = store === undefined ? { path: path === ':memory:' ? path : resolve(path ?? '') } : { store }
  return { place, dimensions, tablePrefix, busyTimeoutMs }
}

export function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openSqliteVecIndex ${what}.`)
}
