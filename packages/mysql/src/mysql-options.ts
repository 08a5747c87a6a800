import { MemoryError } from '@agentmem/core/adapter'
import type { Kysely } from 'kysely'
import type { Pool } from 'mysql2'

/** One of `url`, `pool` and `db` says where the database is. */
export interface MysqlStoreOptions {
  /** `mysql://user:password@host:3306/database`, also with `mariadb:`. Its parameters are options of mysql2. */
  readonly url?: string | undefined
  /** A pool of mysql2, with callbacks or promises. It stays the user's: closing the Store leaves it open. */
  readonly pool?: Pool | { readonly pool: Pool } | undefined
  /** A Kysely over mysql2. It stays the user's. */
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever tables the user has
  readonly db?: Kysely<any> | undefined
  /** Connections opened at most, half of them for writing; 2 to 1,000, default 10. Only with `url`. */
  readonly poolSize?: number | undefined
  /** How long a call waits for a connection, in milliseconds, before `TIMEOUT`. Default 10,000. */
  readonly acquireTimeoutMs?: number | undefined
  /** Put before the names of tables and indexes: letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
}

type Place = { readonly url: string } | { readonly pool: Pool } | { readonly db: Kysely<unknown> }

export type CheckedOptions = Place & {
  readonly poolSize: number
  readonly acquireTimeoutMs: number
  readonly tablePrefix: string
}

const known = ['url', 'pool', 'db', 'poolSize', 'acquireTimeoutMs', 'tablePrefix']

/** Fills in the defaults. Throws `INVALID_ARGUMENT`, without showing what the URL holds. */
export function checkMysqlOptions(options: MysqlStoreOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { poolSize = 10, acquireTimeoutMs = 10_000, tablePrefix = '' } = options
  if (!Number.isInteger(poolSize) || poolSize < 2 || poolSize > 1000) {
    throw invalid(`has poolSize: ${poolSize}; give a whole number from 2 to 1,000`)
  }
  if (!Number.isInteger(acquireTimeoutMs) || acquireTimeoutMs < 1 || acquireTimeoutMs > 2_147_483_647) {
    throw invalid(`has acquireTimeoutMs: ${acquireTimeoutMs}; give a whole number of milliseconds, 1 or more`)
  }
  if (typeof tablePrefix !== 'string' || !/^(?:[A-Za-z_]\w{0,31})?$/.test(tablePrefix)) {
    throw invalid(
      `has tablePrefix: ${JSON.stringify(tablePrefix)}; give up to 32 letters, digits or '_', no digit first`,
    )
  }
  return { ...placeOf(options), poolSize, acquireTimeoutMs, tablePrefix }
}

function placeOf(options: MysqlStoreOptions): Place {
  const { url, pool, db } = options
  const given = [url, pool, db].filter(value => value !== undefined)
  if (given.length !== 1) throw invalid(`needs one of url, pool and db, and got ${given.length} of them`)
  if (options.poolSize !== undefined && url === undefined) {
    throw invalid('has poolSize, which is only for url: a pool that is passed in has a size of its own')
  }
  if (url !== undefined) return { url: checkedUrl(url) }
  if (db !== undefined) {
    if (typeof db?.connection !== 'function') throw invalid('has a db that is no Kysely instance')
    return { db }
  }
  const core = pool && 'pool' in pool ? pool.pool : pool
  if (typeof core?.getConnection !== 'function') throw invalid('has a pool that is no pool of mysql2')
  return { pool: core }
}

/** mysql2 knows only its own scheme. */
function checkedUrl(text: unknown): string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['mysql:', 'mariadb:'].includes(url.protocol) || url.hostname === '') {
    throw invalid("needs a url such as 'mysql://user:password@localhost:3306/agentmem'")
  }
  if (!/^\/[^/]+$/.test(url.pathname)) {
    throw invalid(`needs a database in its url, as in 'mysql://${url.host}/agentmem'`)
  }
  return url.href.replace(/^mariadb:/, 'mysql:')
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openMysqlStore ${what}.`)
}
