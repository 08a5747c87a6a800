import { closeFailed, opening } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { Kysely } from 'kysely'
import { connectMysql } from './connection/connect-mysql.ts'
import type { Counters } from './connection/mysql-connection.ts'
import { MysqlDialect } from './connection/mysql-dialect.ts'
import { mysqlError } from './flavor/mysql-error.ts'
import { mysqlFlavor } from './flavor/mysql-flavor.ts'
import { serverFacts } from './flavor/server-facts.ts'
import { owner, readMysqlOptions } from './mysql-options.ts'
import type { MysqlSettings, MysqlStoreOptions } from './mysql-options.ts'

/**
 * Opens a Store in a database of MySQL 8.0.19 or MariaDB 10.6, or later, making its tables when they are not there.
 * Throws `UNAVAILABLE` when the server cannot be reached, and `SCHEMA` when the server or the tables do not fit.
 */
export async function openMysqlStore(options: MysqlStoreOptions): Promise<Store> {
  return opening(owner, () => open(readMysqlOptions(options)), mysqlError)
}

async function open(settings: MysqlSettings): Promise<Store> {
  const { tablePrefix } = settings
  const { reader: readers, writer: writers, connections, close } = await connectMysql(settings)
  const counters: Counters = { statements: 0, transactions: 0, roundTrips: 0 }
  const writer = new Kysely<Tables>({ dialect: new MysqlDialect(writers, counters) })
  const reader =
    readers === writers ? writer : new Kysely<Tables>({ dialect: new MysqlDialect(readers, counters) })
  const facts = await serverFacts(reader).catch(async (error: unknown) => {
    await closeFailed(close)
    throw error
  })
  for (const source of [readers, writers]) source.isGalera = facts.isGalera
  const flavor = mysqlFlavor(facts, tablePrefix)
  return openSqlStore({ flavor, reader, writer, counters, connections, tablePrefix, close })
}
