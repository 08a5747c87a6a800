import type { Store } from '@agentmem/core/adapter'
import { openSqlStore, tableNames } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { Kysely } from 'kysely'
import { openWriter } from '../file/open-writer.ts'
import type { WriterSettings } from '../file/open-writer.ts'
import type { OpenDatabase } from '../file/sqlite-database.ts'
import { ConnectionPool } from './connection-pool.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import type { ConnectionContext } from './sqlite-connection.ts'
import { SqliteDialect } from './sqlite-dialect.ts'
import type { PooledConnection } from './sqlite-dialect.ts'
import { sqliteFlavor } from './sqlite-flavor.ts'
import { WorkSlice } from './work-slice.ts'

/** The options of `openSqliteStore`, with every default filled in. */
export interface SqliteFileSettings extends WriterSettings {
  /** How many connections for reading there may be; each is opened when needed. */
  readonly readers: number
  /** Put before the names of tables and indexes; '' for none. */
  readonly tablePrefix: string
}

/**
 * Opens a Store called `name` in a file, by any SQLite that works in this process: one connection for writing and
 * `readers` for reading, or one for both in memory. Throws `SCHEMA` when the file is something else or newer than this
 * version, `UNAVAILABLE` when it cannot be opened or stays locked.
 */
export async function openSqliteFile(
  name: string,
  openDatabase: OpenDatabase,
  settings: SqliteFileSettings,
): Promise<Store> {
  const { path, busyTimeoutMs, readers, tablePrefix } = settings
  const context: ConnectionContext = {
    busyTimeoutMs,
    slice: new WorkSlice(),
    counters: { statements: 0, transactions: 0, roundTrips: 0 },
  }
  const inMemory = path === ':memory:'
  const tables = tableNames.map(table => tablePrefix + table)
  const first = await openWriter(openDatabase, settings, tables)
  const writers = new ConnectionPool<PooledConnection>(1, () => new SqliteConnection(first, context))
  const pool = inMemory
    ? writers
    : new ConnectionPool<PooledConnection>(
        readers,
        () => new SqliteConnection(openDatabase(path, { readonly: true }), context),
      )
  const writer = new Kysely<Tables>({ dialect: new SqliteDialect(writers) })
  const reader = inMemory ? writer : new Kysely<Tables>({ dialect: new SqliteDialect(pool) })
  const supports = Object.freeze({ durable: !inMemory, multiProcess: !inMemory, concurrentWrites: 1 })
  return openSqlStore({
    flavor: sqliteFlavor(name, supports),
    reader,
    writer,
    counters: context.counters,
    tablePrefix,
    async close() {
      // The writer closes last: the last connection copies the write-ahead log into the file and removes it.
      pool.close()
      writers.close()
    },
  })
}
