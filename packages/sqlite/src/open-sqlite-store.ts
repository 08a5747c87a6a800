import type { Store } from '@agentmem/core/adapter'
import { loadBetterSqlite3 } from './file/load-better-sqlite3.ts'
import { openSqliteFile } from './flavor/open-sqlite-file.ts'
import { checkSqliteOptions } from './sqlite-options.ts'
import type { SqliteStoreOptions } from './sqlite-options.ts'

/**
 * Opens a Store in an SQLite file, making the file when it is not there. Throws `NOT_INSTALLED` without
 * better-sqlite3's native addon, and `SCHEMA` when the file is something else or newer than this version.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const checked = checkSqliteOptions(options)
  return openSqliteFile('sqlite', await loadBetterSqlite3(), checked)
}
