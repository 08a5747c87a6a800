import { importLibrary } from '@agentmem/core/adapter'
import type { Pool } from 'mysql2'
import { callbackPool } from '../mysql-options.ts'
import type { Mysql2, MysqlSettings } from '../mysql-options.ts'
import type { ConnectionSource } from './connection-source.ts'
import { KyselySource } from './kysely-source.ts'
import { PoolSource } from './pool-source.ts'
import { keptStatements } from './prepared.ts'

/**
 * How long MariaDB lets a transaction wait for its next statement, in seconds, unless it is told so itself. A client that is gone
 * without a word would keep the log's lock for the hours that `wait_timeout` allows. MySQL has no such limit, and reads
 * this as a comment.
 */
const idleLimit =
  '/*M!, idle_transaction_timeout = if(@@idle_transaction_timeout > 0, @@idle_transaction_timeout, 60) */'

/** What the server, its configuration or its administrator would decide otherwise. */
const sessionSettings = [
  'set names utf8mb4',
  `set session sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', innodb_lock_wait_timeout = 10 ${idleLimit}`,
  'set session transaction isolation level read committed',
]

export interface Connected {
  readonly reader: ConnectionSource
  /** The same as `reader` for a pool or a Kysely of the user's. */
  readonly writer: ConnectionSource
  /** How many connections there may be at one time, where that is known. */
  readonly connections?: number | undefined
  /** Closes what was opened here, and only that. */
  readonly close: () => Promise<void>
}

/** Says where connections come from; none is opened before it is needed. Throws `NOT_INSTALLED` without mysql2. */
export async function connectMysql({
  source,
  acquireTimeoutMs,
  statementTimeoutMs,
}: MysqlSettings): Promise<Connected> {
  const keep = async (): Promise<void> => undefined
  const limits = { acquireTimeoutMs, statementTimeoutMs }
  if ('db' in source) {
    const kysely = new KyselySource(source.db, limits)
    return { reader: kysely, writer: kysely, close: keep }
  }
  if ('pool' in source) {
    const pool = new PoolSource(source.pool, { ...limits, settings: [], beginsByItself: false })
    return { reader: pool, writer: pool, connections: limitOf(source.pool), close: keep }
  }
  const { url, tls, poolSize, lib } = source
  const mysql2 = await importLibrary<Mysql2>(() => import('mysql2'), { name: 'mysql2', lib })
  const open = (size: number): Pool =>
    callbackPool(
      mysql2.createPool({
        uri: url,
        charset: 'utf8mb4',
        connectionLimit: size,
        connectTimeout: acquireTimeoutMs,
        ...(tls !== undefined && tls !== false && { ssl: tls }),
        maxPreparedStatements: keptStatements,
      }),
    )
  // Two pools, so that readers never wait behind writers that wait for one another.
  const writers = open(Math.floor(poolSize / 2))
  const readers = open(Math.ceil(poolSize / 2))
  return {
    reader: new PoolSource(readers, { ...limits, settings: sessionSettings, beginsByItself: false }),
    writer: new PoolSource(writers, {
      ...limits,
      settings: [...sessionSettings, 'set autocommit = 0'],
      beginsByItself: true,
    }),
    async close() {
      await Promise.all([end(readers), end(writers)])
    },
  }
}

/** The limit of a pool of mysql2, which keeps it in a field that its types do not name. */
function limitOf(pool: Pool): number | undefined {
  const { config } = pool as { readonly config?: { readonly connectionLimit?: unknown } }
  return typeof config?.connectionLimit === 'number' ? config.connectionLimit : undefined
}

function end(pool: Pool): Promise<void> {
  return new Promise((resolve, reject) => pool.end(error => (error ? reject(error) : resolve())))
}
