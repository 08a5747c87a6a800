import { resolve } from 'node:path'
import { MemoryError } from '@agentmem/core/adapter'

export interface SqliteStoreOptions {
  /** The database file, made when it is not there; `':memory:'` for one that is gone when it is closed. */
  readonly path: string
  /**
   * `'full'` (default): a write is acknowledged once it would survive a loss of power. `'normal'`: it
   * survives the end of the process at once, but a loss of power may undo the last writes, whole
   * transactions of them; the file stays sound. Saves one sync a write.
   */
  readonly synchronous?: 'full' | 'normal' | undefined
  /** How long a write waits for another process that writes, in milliseconds, before `UNAVAILABLE`. Default 5,000. */
  readonly busyTimeoutMs?: number | undefined
  /** Connections for reading, opened when needed. Default 2. */
  readonly readers?: number | undefined
  /** Put before the names of tables and indexes: letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
}

type CheckedOptions = {
  readonly [Name in keyof SqliteStoreOptions]-?: NonNullable<SqliteStoreOptions[Name]>
}

const known = ['path', 'synchronous', 'busyTimeoutMs', 'readers', 'tablePrefix']

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function checkSqliteOptions(options: SqliteStoreOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { path, synchronous = 'full', busyTimeoutMs = 5000, readers = 2, tablePrefix = '' } = options
  if (typeof path !== 'string' || path === '' || path !== path.trim() || path.includes('\0')) {
    throw invalid(`needs a path, such as 'memories.db' or ':memory:', not ${JSON.stringify(path)}`)
  }
  if (synchronous !== 'full' && synchronous !== 'normal') {
    throw invalid(`has synchronous: ${JSON.stringify(synchronous)}; give 'full' or 'normal'`)
  }
  if (!Number.isInteger(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw invalid(`has busyTimeoutMs: ${busyTimeoutMs}; give a whole number of milliseconds`)
  }
  if (!Number.isInteger(readers) || readers < 1 || readers > 64) {
    throw invalid(`has readers: ${readers}; give a whole number from 1 to 64`)
  }
  if (typeof tablePrefix !== 'string' || !/^(?:[A-Za-z_]\w{0,31})?$/.test(tablePrefix)) {
    throw invalid(
      `has tablePrefix: ${JSON.stringify(tablePrefix)}; give up to 32 letters, digits or '_', no digit first`,
    )
  }
  return {
    path: path === ':memory:' ? path : resolve(path),
    synchronous,
    busyTimeoutMs,
    readers,
    tablePrefix,
  }
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openSqliteStore ${what}.`)
}
