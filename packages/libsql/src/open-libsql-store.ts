import { guardStore } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { retryWhileBusy } from '@agentmem/sqlite/file'
import { ConnectionPool, openSqliteFile, SqliteDialect, sqliteFlavor } from '@agentmem/sqlite/flavor'
import type { PooledConnection } from '@agentmem/sqlite/flavor'
import type { Client } from '@libsql/client'
import { Kysely } from 'kysely'
import { ClientConnection } from './client-connection.ts'
import type { Counters } from './client-connection.ts'
import { libsqlError } from './libsql-error.ts'
import { checkLibsqlOptions } from './libsql-options.ts'
import type { LibsqlStoreOptions } from './libsql-options.ts'
import { loadLibsql, loadLibsqlClient } from './load-libsql.ts'

/** Of a file, as those of @agentmem/sqlite. */
const fileOptions = { synchronous: 'full', busyTimeoutMs: 5000, readers: 2 } as const
/** Reads that a server answers at the same time. */
const readers = 8
/** For a server, where each statement is a round trip: below the 32,766 values that a statement may have. */
const limits = { rowsPerStatement: 1000, bytesPerStatement: 4 * 1024 * 1024 }

/**
 * Opens a Store in a file of libSQL, making it when it is not there, or on a server. Throws `NOT_INSTALLED`
 * without the library, `UNAVAILABLE` when the server cannot be reached, and `SCHEMA` when the tables do not fit.
 */
export async function openLibsqlStore(options: LibsqlStoreOptions): Promise<Store> {
  const checked = checkLibsqlOptions(options)
  if ('path' in checked) return openSqliteFile('libsql', await loadLibsql(), { ...fileOptions, ...checked })
  const { tablePrefix } = checked
  if ('client' in checked) return openThrough(checked.client, tablePrefix, async () => {})
  const { url, authToken } = checked
  const createClient = await loadLibsqlClient()
  const client = createClient(authToken === undefined ? { url } : { url, authToken })
  return openThrough(client, tablePrefix, async () => client.close())
}

async function openThrough(client: Client, tablePrefix: string, close: () => Promise<void>): Promise<Store> {
  const counters: Counters = { statements: 0, transactions: 0, roundTrips: 0 }
  const isFile = client.protocol === 'file'
  const inMemory = isFile && (await journalOf(client)) === 'memory'
  const pool = (size: number): ConnectionPool<PooledConnection> =>
    new ConnectionPool(size, () => new ClientConnection(client, counters))
  const writers = pool(1)
  // In memory there is one connection, which a transaction holds.
  const others = inMemory ? writers : pool(readers)
  const writer = new Kysely<Tables>({ dialect: new SqliteDialect(writers) })
  const supports = Object.freeze({ durable: !inMemory, multiProcess: !inMemory, concurrentWrites: 1 })
  const store = await openSqlStore({
    flavor: { ...sqliteFlavor('libsql', supports, isFile ? undefined : limits), errorOf: libsqlError },
    reader: inMemory ? writer : new Kysely<Tables>({ dialect: new SqliteDialect(others) }),
    writer,
    counters,
    tablePrefix,
    async close() {
      others.close()
      writers.close()
      await close()
    },
  })
  return guardStore(store)
}

/** Puts a file into WAL mode, where a commit need not wait for readers. */
async function journalOf(client: Client): Promise<unknown> {
  try {
    const { rows } = await retryWhileBusy(fileOptions.busyTimeoutMs, () =>
      client.execute('pragma journal_mode = wal'),
    )
    return rows[0]?.[0]
  } catch (error) {
    throw libsqlError(error) ?? error
  }
}
