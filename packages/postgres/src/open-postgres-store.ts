import { guardStore } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { fromKysely } from './connection/kysely-sender.ts'
import { loadPg } from './load-pg.ts'
import { beginLocked, isLocked } from './connection/log-lock.ts'
import { fromPool } from './connection/pool-sender.ts'
import type { TypeParsers } from './connection/pool-sender.ts'
import { PostgresDialect } from './connection/postgres-dialect.ts'
import { PostgresDriver } from './connection/postgres-driver.ts'
import { postgresError } from './flavor/postgres-error.ts'
import { postgresFlavor } from './flavor/postgres-flavor.ts'
import { checkPostgresOptions } from './postgres-options.ts'
import type { CheckedOptions, PostgresStoreOptions } from './postgres-options.ts'
import { provideSchema } from './connection/provide-schema.ts'
import type { TakeSender } from './connection/sender.ts'
import { takeWithin } from './take-within.ts'

/**
 * Opens a Store in a PostgreSQL database, making its tables, and its schema, where they are not there. Throws
 * `UNAVAILABLE` when the server cannot be reached or refuses, and `SCHEMA` when the tables are someone else's or
 * newer than this version.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { source, acquireTimeoutMs, schema: wanted, tablePrefix } = checkPostgresOptions(options)
  const { take, close } = await connect(source, acquireTimeoutMs)
  const within = takeWithin(acquireTimeoutMs, take)
  const schema = await provideSchema(within, wanted).catch(async (error: unknown) => {
    await close()
    throw postgresError(error) ?? error
  })
  const counters = { statements: 0, transactions: 0, roundTrips: 0 }
  const driver = new PostgresDriver(within, { begin: beginLocked(schema, tablePrefix), counters })
  const db = new Kysely<Tables>({ dialect: new PostgresDialect(driver) })
  const flavor = postgresFlavor({
    name: 'postgres',
    supports: Object.freeze({ durable: true, multiProcess: true, concurrentWrites: 1 }),
    schema,
    tablePrefix,
    runWhole: statement => driver.runWhole(statement),
    isLocked,
  })
  return guardStore(
    await openSqlStore({ flavor, reader: db, writer: db, counters, schema, tablePrefix, close }),
  )
}

interface Connected {
  readonly take: TakeSender
  /** Closes what was opened here, and only that. */
  readonly close: () => Promise<void>
}

async function connect(source: CheckedOptions['source'], acquireTimeoutMs: number): Promise<Connected> {
  if ('db' in source) return { take: fromKysely(source.db), close: async () => undefined }
  const pg = await loadPg()
  const parsers = pg.types
  const types: TypeParsers = {
    // Counts and times are 64-bit numbers, none of them past 2^53.
    getTypeParser: (id, format) =>
      id === parsers.builtins.INT8 ? Number : parsers.getTypeParser(id, format),
  }
  const pool = 'pool' in source ? source.pool : openPool(pg.Pool, source, acquireTimeoutMs)
  // A client that dies while nobody uses it is replaced by the pool; unheard, its error would end the process.
  const heard = (): void => undefined
  pool.on('error', heard)
  const close = async (): Promise<void> => {
    // Connections of a pool that has ended may still be told that the server ends them: it goes on being heard.
    if ('pool' in source) pool.off('error', heard)
    else if (!pool.ending) await pool.end()
  }
  return { take: fromPool(pool, types), close }
}

function openPool(
  PgPool: typeof Pool,
  { url, poolSize, statementTimeoutMs }: Extract<CheckedOptions['source'], { readonly url: string }>,
  acquireTimeoutMs: number,
): Pool {
  const config = {
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: acquireTimeoutMs,
    keepAlive: true,
    fallback_application_name: 'agentmem',
    // Statements are sent without waiting for those ahead of them.
    pipeline: true,
  }
  return new PgPool(
    statementTimeoutMs === undefined ? config : { ...config, statement_timeout: statementTimeoutMs },
  )
}
