import { guardStore } from '@agentmem/core'
import type { Store } from '@agentmem/core'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { Kysely } from 'kysely'
import { openWriter } from './connection.ts'
import { ConnectionPool } from './connection-pool.ts'
import { loadBetterSqlite3 } from './load-better-sqlite3.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import type { ConnectionContext } from './sqlite-connection.ts'
import { SqliteDialect } from './sqlite-dialect.ts'
import { sqliteFlavor } from './sqlite-flavor.ts'
import { checkSqliteOptions } from './sqlite-options.ts'
import type { SqliteStoreOptions } from './sqlite-options.ts'
import { WorkSlice } from './work-slice.ts'

/**
 * Opens a Store in an SQLite file, making the file when it is not there. Throws `NOT_INSTALLED` without
 * better-sqlite3's native addon, and `SCHEMA` when the file is something else or newer than this version.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const checked = checkSqliteOptions(options)
  const { path, busyTimeoutMs, readers, tablePrefix } = checked
  const openDatabase = await loadBetterSqlite3()
  const context: ConnectionContext = {
    busyTimeoutMs,
    slice: new WorkSlice(),
    counters: { statements: 0, transactions: 0, roundTrips: 0 },
  }
  const inMemory = path === ':memory:'
  const first = await openWriter(openDatabase, checked)
  const writers = new ConnectionPool(1, () => new SqliteConnection(first, context))
  const pool = inMemory
    ? writers
    : new ConnectionPool(readers, () => new SqliteConnection(openDatabase(path, { readonly: true }), context))
  const writer = new Kysely<Tables>({ dialect: new SqliteDialect(writers) })
  const reader = inMemory ? writer : new Kysely<Tables>({ dialect: new SqliteDialect(pool) })
  const store = await openSqlStore({
    flavor: sqliteFlavor(Object.freeze({ durable: !inMemory, multiProcess: !inMemory, concurrentWrites: 1 })),
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
