import { guardStore, MemoryError } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { PostgresDialect, postgresFlavor } from '@agentmem/postgres'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import type { PGlite } from '@electric-sql/pglite'
import { Kysely } from 'kysely'
import { loadPglite } from './load-pglite.ts'
import { PgliteConnection } from './pglite-connection.ts'
import { PgliteDriver } from './pglite-driver.ts'
import { checkPgliteOptions } from './pglite-options.ts'
import type { PgliteStoreOptions } from './pglite-options.ts'

/**
 * Opens a Store in PGlite, PostgreSQL in this process, making its folder and tables when they are not there. Throws
 * `NOT_INSTALLED` without `@electric-sql/pglite`, and `SCHEMA` when the tables are someone else's or newer than this
 * version.
 */
export async function openPgliteStore(options: PgliteStoreOptions): Promise<Store> {
  const { source, schema, tablePrefix } = checkPgliteOptions(options)
  const { PGlite, protocol } = await loadPglite()
  const pglite = 'db' in source ? source.db : await openPglite(PGlite, source.path)
  const counters = { statements: 0, transactions: 0, roundTrips: 0 }
  const driver = new PgliteDriver(new PgliteConnection(pglite, protocol.serialize, counters))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect(driver) })
  const close = async (): Promise<void> => {
    if (!('db' in source) && !pglite.closed) await pglite.close()
  }
  const durable = 'db' in source ? isOnDisk(pglite) : source.path !== undefined
  const flavor = postgresFlavor({
    name: 'pglite',
    supports: Object.freeze({ durable, multiProcess: false, concurrentWrites: 1 }),
    schema,
    tablePrefix,
    runWhole: statement => driver.runWhole(statement),
  })
  await pglite.waitReady
  if (schema !== 'public') await pglite.exec(`create schema if not exists "${schema}"`)
  return guardStore(
    await openSqlStore({ flavor, reader: db, writer: db, counters, schema, tablePrefix, close }),
  )
}

async function openPglite(Database: typeof PGlite, path: string | undefined): Promise<PGlite> {
  try {
    return await Database.create(path === undefined ? {} : { dataDir: path })
  } catch (error) {
    const where = path === undefined ? 'a database in memory' : `'${path}'`
    throw new MemoryError(
      'UNAVAILABLE',
      `PGlite cannot open ${where}; check that the folder is one of its own, may be written, and is not open elsewhere (${(error as Error).message}).`,
      { cause: error, retryable: false },
    )
  }
}

/** A PGlite of others says where it is by its folder; browsers' ways are named by a scheme. */
function isOnDisk({ dataDir }: PGlite): boolean {
  return dataDir !== undefined && dataDir !== '' && !dataDir.startsWith('memory://')
}
