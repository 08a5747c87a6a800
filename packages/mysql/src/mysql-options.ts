import {
  exactlyOne,
  identifier,
  invalid,
  library,
  optional,
  part,
  readOptions,
  secret,
  whole,
} from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import { defaultStatementTimeoutMs } from '@agentmem/sql'
import type { Kysely } from 'kysely'
import type { Pool, PoolOptions } from 'mysql2'
import { mysqlUrl } from './mysql-url.ts'
import type { MysqlAddress } from './mysql-url.ts'

/** A pool of mysql2: with callbacks, or with promises around one with callbacks. */
export type MysqlPool = Pool | { readonly pool: Pool }

/** What is used of mysql2, or of mysql2/promise. */
export interface Mysql2 {
  createPool(options: PoolOptions): MysqlPool
}

/** One of `url`, `pool` and `db` says where the database is. */
export interface MysqlStoreOptions {
  /** `mysql://user:password@host:3306/database`, also with `mariadb:`. `?ssl-mode=VERIFY_IDENTITY` and the like are done; an option that is unknown is refused. */
  readonly url?: string | undefined
  /** A pool of mysql2, with callbacks or promises. It stays the user's: closing the Store leaves it open. */
  readonly pool?: MysqlPool | undefined
  /** A Kysely over mysql2. It stays the user's. */
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever tables the user has
  readonly db?: Kysely<any> | undefined
  /** Connections opened at most, half of them for writing; 2 to 1,000, default 10. Only with `url`. */
  readonly poolSize?: number | undefined
  /** How long a call waits for a connection, in milliseconds, before `TIMEOUT`. Default 10,000. */
  readonly acquireTimeoutMs?: number | undefined
  /**
   * How long a statement may take, in milliseconds, before `TIMEOUT`. Its connection is then dropped, and the server told
   * to end it. Default 60,000.
   */
  readonly statementTimeoutMs?: number | undefined
  /** Put before the names of tables and indexes: up to 32 letters, digits, `_`, no digit first. Default ''. */
  readonly tablePrefix?: string | undefined
  /** The library mysql2, already loaded: a `url` then imports nothing, as bundlers need it. Default: `import('mysql2')`. */
  readonly lib?: Mysql2 | undefined
}

export interface MysqlSettings {
  readonly source:
    | (MysqlAddress & { readonly poolSize: number; readonly lib: Mysql2 | undefined })
    | { readonly pool: Pool }
    | { readonly db: Kysely<unknown> }
  readonly acquireTimeoutMs: number
  readonly statementTimeoutMs: number
  readonly tablePrefix: string
}

export const owner = 'openMysqlStore'

const poolOfCallbacks = part<Pool>('a pool of mysql2', ['getConnection'])
const anyPool: OptionReader<Pool> = {
  ...poolOfCallbacks,
  read: value =>
    poolOfCallbacks.read(
      typeof value === 'object' && value !== null ? callbackPool(value as MysqlPool) : value,
    ),
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`, without showing what the URL holds. */
export function readMysqlOptions(given: MysqlStoreOptions): MysqlSettings {
  const { url, pool, db, poolSize, lib, ...others } = readOptions(owner, given, {
    url: optional(mysqlUrl),
    // Who takes one for the other gives a URL here.
    pool: optional(secret(anyPool)),
    db: optional(secret(part<Kysely<unknown>>('a Kysely over mysql2', ['connection']))),
    poolSize: optional(whole(2, 1000)),
    acquireTimeoutMs: whole(1, 2_147_483_647, 10_000),
    statementTimeoutMs: whole(1, 2_147_483_647, defaultStatementTimeoutMs),
    tablePrefix: identifier(32, ''),
    lib: library<Mysql2>('mysql2'),
  })
  exactlyOne(owner, { url, pool, db }, ['url', 'pool', 'db'])
  if (url !== undefined) return { source: { ...url, poolSize: poolSize ?? 10, lib }, ...others }
  if (poolSize !== undefined) {
    throw invalid(
      owner,
      'has poolSize, which is only for url: a pool that is passed in has a size of its own',
    )
  }
  return { source: pool ? { pool } : { db: db as Kysely<unknown> }, ...others }
}

/** The pool with callbacks, which one with promises has inside. */
export function callbackPool(pool: MysqlPool): Pool {
  return 'pool' in pool ? pool.pool : pool
}
