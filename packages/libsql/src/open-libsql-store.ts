import { opening } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { retryWhileBusy } from '@agentmem/sqlite/file'
import { ConnectionPool, openSqliteFile, SqliteDialect, sqliteFlavor } from '@agentmem/sqlite/flavor'
import type { PooledConnection } from '@agentmem/sqlite/flavor'
import type { Client } from '@libsql/client'
import { Kysely } from 'kysely'
import { busyTimeoutMs, ClientConnection } from './client-connection.ts'
import type { Counters } from './client-connection.ts'
import { isPassing, libsqlError } from './libsql-error.ts'
import { readLibsqlOptions } from './libsql-options.ts'
import type { LibsqlSettings, LibsqlStoreOptions } from './libsql-options.ts'
import { loadLibsql, loadLibsqlClient } from './load-libsql.ts'

/** For a file, the defaults of `openSqliteStore`. */
const fileSettings = { synchronous: 'full', busyTimeoutMs, readers: 2 } as const
/** How many reads a server answers at the same time. */
const readers = 8
/** For a server, where each statement is a round trip. SQLite takes 32,766 values in one statement. */
const limits = {
  rowsPerStatement: 1000,
  parametersPerStatement: 32_766,
  bytesPerStatement: 4 * 1024 * 1024,
}

/**
 * Opens a Store in a file of libSQL, creating the file when it does not exist, or on a server. Throws
 * `INVALID_ARGUMENT` for a wrong option, `NOT_INSTALLED` without the library, `UNAVAILABLE` when the server cannot be
 * reached, and `SCHEMA` when the tables do not fit.
 */
export async function openLibsqlStore(options: LibsqlStoreOptions): Promise<Store> {
  return opening('openLibsqlStore', () => open(readLibsqlOptions(options)), libsqlError)
}

async function open(settings: LibsqlSettings): Promise<Store> {
  const { tablePrefix } = settings
  if ('path' in settings) {
    const { path, lib } = settings
    return openSqliteFile('libsql', await loadLibsql(lib), { ...fileSettings, path, tablePrefix })
  }
  if ('client' in settings) return openThrough(settings.client, settings, async () => {})
  const { url, authToken, lib } = settings
  const { createClient } = await loadLibsqlClient(lib)
  const client = createClient(authToken === undefined ? { url } : { url, authToken })
  return openThrough(client, settings, async () => client.close())
}

async function openThrough(
  client: Client,
  { tablePrefix, statementTimeoutMs }: Pick<LibsqlSettings, 'tablePrefix' | 'statementTimeoutMs'>,
  close: () => Promise<void>,
): Promise<Store> {
  const counters: Counters = { statements: 0, transactions: 0, roundTrips: 0 }
  const isFile = client.protocol === 'file'
  const inMemory = isFile && (await journalOf(client)) === 'memory'
  const pool = (size: number): ConnectionPool<PooledConnection> =>
    new ConnectionPool(size, () => new ClientConnection(client, counters, statementTimeoutMs))
  const writers = pool(1)
  // In memory there is one connection, which a transaction holds.
  const others = inMemory ? writers : pool(readers)
  const writer = new Kysely<Tables>({ dialect: new SqliteDialect(writers) })
  const supports = Object.freeze({ durable: !inMemory, multiProcess: !inMemory, concurrentWrites: 1 })
  return openSqlStore({
    flavor: {
      ...sqliteFlavor('libsql', supports, isFile ? undefined : limits),
      errorOf: libsqlError,
      // A connection to a server may be lost at any moment, also after it was told to commit.
      ...(!isFile && { isPassing }),
    },
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
}

/** Puts a file into WAL mode, where a commit does not wait for readers, and returns the mode that it is in. */
async function journalOf(client: Client): Promise<unknown> {
  const { rows } = await retryWhileBusy(busyTimeoutMs, () => client.execute('pragma journal_mode = wal'))
  return rows[0]?.[0]
}
