import { opening } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { loadBetterSqlite3 } from './file/load-better-sqlite3.ts'
import { sqliteError } from './file/sqlite-error.ts'
import { openSqliteFile } from './flavor/open-sqlite-file.ts'
import { readSqliteOptions } from './sqlite-options.ts'
import type { SqliteStoreOptions } from './sqlite-options.ts'

/**
 * Opens a Store in an SQLite file, creating the file when it does not exist. Throws `INVALID_ARGUMENT` for a wrong
 * option, `NOT_INSTALLED` without better-sqlite3's native part, `UNAVAILABLE` when the file cannot be opened or stays
 * locked, and `SCHEMA` when the file is something else or newer than this version.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return opening(
    'openSqliteStore',
    async () => {
      const { lib, ...settings } = readSqliteOptions(options)
      return openSqliteFile('sqlite', await loadBetterSqlite3(lib), settings)
    },
    sqliteError,
  )
}
