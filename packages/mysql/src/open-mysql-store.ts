import { guardStore } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { Kysely } from 'kysely'
import type { Pool } from 'mysql2'
import type { ConnectionSource } from './connection-source.ts'
import { KyselySource } from './kysely-source.ts'
import { loadMysql2 } from './load-mysql2.ts'
import type { Counters } from './mysql-connection.ts'
import { MysqlDialect } from './mysql-dialect.ts'
import { mysqlError } from './mysql-error.ts'
import { mysqlFlavor } from './mysql-flavor.ts'
import { checkMysqlOptions } from './mysql-options.ts'
import type { CheckedOptions, MysqlStoreOptions } from './mysql-options.ts'
import { PoolSource } from './pool-source.ts'
import { keptStatements } from './prepared.ts'
import { serverFacts } from './server-facts.ts'

/** What a server, its configuration or its administrator would decide otherwise. */
const settings = [
  'set names utf8mb4',
  "set session sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', innodb_lock_wait_timeout = 10",
  'set session transaction isolation level read committed',
]

interface Sources {
  readonly reader: ConnectionSource
  readonly writer: ConnectionSource
  close(): Promise<void>
}

/**
 * Opens a Store in a database of MySQL 8 or MariaDB 10.6, or later, making its tables when they are not there.
 * Throws `UNAVAILABLE` when the server cannot be reached, and `SCHEMA` when it or the tables do not fit.
 */
export async function openMysqlStore(options: MysqlStoreOptions): Promise<Store> {
  const checked = checkMysqlOptions(options)
  const sources = await sourcesOf(checked)
  const counters: Counters = { statements: 0, transactions: 0, roundTrips: 0 }
  const writer = new Kysely<Tables>({ dialect: new MysqlDialect(sources.writer, counters) })
  const reader =
    sources.reader === sources.writer
      ? writer
      : new Kysely<Tables>({ dialect: new MysqlDialect(sources.reader, counters) })
  const store = await openSqlStore({
    flavor: mysqlFlavor(await factsOf(reader, sources), checked.tablePrefix),
    reader,
    writer,
    counters,
    tablePrefix: checked.tablePrefix,
    close: () => sources.close(),
  })
  return guardStore(store)
}

async function factsOf(reader: Kysely<Tables>, sources: Sources): ReturnType<typeof serverFacts> {
  try {
    return await serverFacts(reader as Kysely<unknown>)
  } catch (error) {
    await sources.close().catch(() => undefined)
    throw mysqlError(error) ?? error
  }
}

async function sourcesOf(options: CheckedOptions): Promise<Sources> {
  const { acquireTimeoutMs, poolSize } = options
  const keep = async (): Promise<void> => {}
  if ('db' in options) {
    const source = new KyselySource(options.db, acquireTimeoutMs)
    return { reader: source, writer: source, close: keep }
  }
  if ('pool' in options) {
    const source = new PoolSource(options.pool, { acquireTimeoutMs, settings: [], beginsByItself: false })
    return { reader: source, writer: source, close: keep }
  }
  const createPool = await loadMysql2()
  const open = (size: number): Pool =>
    createPool({
      uri: options.url,
      charset: 'utf8mb4',
      connectionLimit: size,
      maxPreparedStatements: keptStatements,
    })
  // Two pools, so that readers never wait behind writers that wait for one another.
  const writers = open(Math.floor(poolSize / 2))
  const readers = open(Math.ceil(poolSize / 2))
  return {
    reader: new PoolSource(readers, { acquireTimeoutMs, settings, beginsByItself: false }),
    writer: new PoolSource(writers, {
      acquireTimeoutMs,
      settings: [...settings, 'set autocommit = 0'],
      beginsByItself: true,
    }),
    async close() {
      await Promise.all([end(readers), end(writers)])
    },
  }
}

function end(pool: Pool): Promise<void> {
  return new Promise((resolve, reject) => pool.end(error => (error ? reject(error) : resolve())))
}
