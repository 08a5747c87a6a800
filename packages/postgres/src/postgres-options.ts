import { MemoryError } from '@agentmem/core/adapter'
import type { Pool } from 'pg'
import type { AnyKysely } from './connection/kysely-sender.ts'

/** One of `url`, `pool` and `db` says where the database is. */
export interface PostgresStoreOptions {
  /**
   * Such as `postgres://user:password@host:5432/database`. Takes what `pg` takes behind the `?`, such as
   * `sslmode=verify-full`. The connections are the Store's own.
   */
  readonly url?: string | undefined
  /** A pool of `pg` that is there already, and is not closed with the Store. */
  readonly pool?: Pool | undefined
  /** A Kysely on its `PostgresDialect` with `pg`, not closed with the Store. Its plugins are left out. */
  readonly db?: AnyKysely | undefined
  /** Connections of a `url`, opened when needed. Default 10. */
  readonly poolSize?: number | undefined
  /** How long a call waits for a connection, in milliseconds, before `TIMEOUT`. Default 10,000. */
  readonly acquireTimeoutMs?: number | undefined
  /** How long a statement over a `url` may run, waiting for other writers too, before `TIMEOUT`. Default: the server's. */
  readonly statementTimeoutMs?: number | undefined
  /** Where the tables are; made when it is not there. Default: the connection's current schema, as a rule `public`. */
  readonly schema?: string | undefined
  /** Put before the names of tables and indexes: lower-case letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
}

export interface CheckedOptions {
  readonly source:
    | { readonly url: string; readonly poolSize: number; readonly statementTimeoutMs: number | undefined }
    | { readonly pool: Pool }
    | { readonly db: AnyKysely }
  readonly acquireTimeoutMs: number
  readonly schema: string | undefined
  readonly tablePrefix: string
}

const known = [
  'url',
  'pool',
  'db',
  'poolSize',
  'acquireTimeoutMs',
  'statementTimeoutMs',
  'schema',
  'tablePrefix',
]

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; the URL, which may hold a password, is never repeated. */
export function checkPostgresOptions(options: PostgresStoreOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { acquireTimeoutMs = 10_000, schema, tablePrefix = '' } = options
  if (!Number.isInteger(acquireTimeoutMs) || acquireTimeoutMs < 1) {
    throw invalid(`has acquireTimeoutMs: ${acquireTimeoutMs}; give a whole number of milliseconds`)
  }
  if (schema !== undefined && !/^[a-z_]\w{0,62}$/i.test(schema)) {
    const given = JSON.stringify(schema)
    throw invalid(`has schema: ${given}; give up to 63 letters, digits or '_', no digit first`)
  }
  if (!/^(?:[a-z_][a-z0-9_]{0,31})?$/.test(tablePrefix)) {
    const given = JSON.stringify(tablePrefix)
    throw invalid(
      `has tablePrefix: ${given}; give up to 32 lower-case letters, digits or '_', no digit first`,
    )
  }
  return { source: sourceOf(options), acquireTimeoutMs, schema, tablePrefix }
}

function sourceOf(options: PostgresStoreOptions): CheckedOptions['source'] {
  const { url, pool, db, poolSize, statementTimeoutMs } = options
  const given = [url, pool, db].filter(source => source !== undefined).length
  if (given !== 1) throw invalid(`needs one of url, pool and db, not ${given} of them`)
  if (url === undefined) {
    for (const name of ['poolSize', 'statementTimeoutMs'] as const) {
      if (options[name] === undefined) continue
      throw invalid(`has ${name}, which goes with a url; set it where the pool or db is made`)
    }
    if (db) return { db }
    if (pool) return { pool }
  }
  if (typeof url !== 'string' || !/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw invalid(
      `needs a url such as 'postgres://user:password@host:5432/database', and the one given is not`,
    )
  }
  if (poolSize !== undefined && (!Number.isInteger(poolSize) || poolSize < 1 || poolSize > 1000)) {
    throw invalid(`has poolSize: ${poolSize}; give a whole number from 1 to 1000`)
  }
  if (statementTimeoutMs !== undefined && (!Number.isInteger(statementTimeoutMs) || statementTimeoutMs < 1)) {
    throw invalid(`has statementTimeoutMs: ${statementTimeoutMs}; give a whole number of milliseconds`)
  }
  return { url, poolSize: poolSize ?? 10, statementTimeoutMs }
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openPostgresStore ${what}.`)
}
