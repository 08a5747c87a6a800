import { identifier, library, oneOf, path, readOptions, whole } from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import type { DatabaseClass } from './file/sqlite-database.ts'
import type { SqliteFileSettings } from './flavor/open-sqlite-file.ts'

export interface SqliteStoreOptions {
  /** The database file, created when it does not exist; `':memory:'` for a database that ends when it is closed. */
  readonly path: string
  /**
   * `'full'` (default): a write is acknowledged once it would survive a loss of power. `'normal'`: it
   * survives the end of the process at once, but a loss of power may undo the last writes, whole
   * transactions of them; the file stays sound. Saves one sync a write.
   */
  readonly synchronous?: 'full' | 'normal' | undefined
  /** How long a write waits for another process that writes, in milliseconds, before `UNAVAILABLE`. Default 5,000. */
  readonly busyTimeoutMs?: number | undefined
  /** Connections for reading, from 1 to 64, opened when needed. Default 2. */
  readonly readers?: number | undefined
  /** Put before the names of tables and indexes: up to 32 letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
  /**
   * better-sqlite3, which you have loaded: its class, or the module that exports it as default. Nothing is imported
   * then, as bundlers need it. Default: `import('better-sqlite3')`.
   */
  readonly lib?: DatabaseClass | { readonly default: DatabaseClass } | undefined
}

/** Reads the options and fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function readSqliteOptions(
  given: SqliteStoreOptions,
): SqliteFileSettings & { readonly lib: DatabaseClass | undefined } {
  return readOptions('openSqliteStore', given, {
    path: path('memories.db', { inMemory: true }),
    synchronous: oneOf(['full', 'normal'], 'full'),
    busyTimeoutMs: { ...whole(0, Number.MAX_VALUE, 5000), allowed: 'a whole number of milliseconds' },
    readers: whole(1, 64, 2),
    tablePrefix: identifier(32, ''),
    lib: driver(),
  })
}

/** The class itself, or the module that exports it as default. */
function driver(): OptionReader<DatabaseClass | undefined> {
  return {
    ...library<DatabaseClass>('better-sqlite3'),
    read: value => {
      const found = typeof value === 'object' && value !== null && 'default' in value ? value.default : value
      return typeof found === 'function' ? { value: found as DatabaseClass } : undefined
    },
  }
}
