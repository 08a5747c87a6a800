import { flag, identifier, invalid, optional, readOptions, whole } from '@agentmem/core/adapter'
import type { Pool } from 'pg'
import type { PgLibrary, PostgresSource } from './connection/connect-postgres.ts'
import { connectionTable, refuseBeside, sourceOf } from './connection/connection-options.ts'
import type { AnyKysely } from './connection/kysely-sender.ts'

/** One of `url`, `pool` and `db` says where the database is. */
export interface PostgresStoreOptions {
  /**
   * Such as `postgres://user:password@host:5432/database`. Takes what `pg` takes behind the `?`, such as
   * `sslmode=verify-full`. The connections are the Store's own. No message shows the URL, which may hold a password.
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
  /**
   * How long a statement may take, waiting for other writers too, in milliseconds, before `TIMEOUT`. Its connection is
   * then dropped, and the server told to end it. Over a `url` it is the server's limit as well. Default 60,000, and for
   * the server its own.
   */
  readonly statementTimeoutMs?: number | undefined
  /**
   * Whether statements that are sent again are kept prepared by a name. False for a pooler that lends its connections for
   * a transaction, such as PgBouncer before 1.21; it is by itself with `?pgbouncer=true`, at port 6543 of Supabase, and
   * as soon as the server says that it keeps no names. Default true. Only with `url` and `pool`.
   */
  readonly prepare?: boolean | undefined
  /** Where the tables are; made when it is not there. Default: the connection's current schema, as a rule `public`. */
  readonly schema?: string | undefined
  /** Put before the names of tables and indexes: lower-case letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
  /** The library `pg`, loaded: used in place of an import, as bundlers need it. Only a `url` needs it. */
  readonly lib?: PgLibrary | undefined
}

/** The options, read, with their defaults. */
export interface PostgresStoreSettings {
  readonly source: PostgresSource
  readonly acquireTimeoutMs: number
  readonly statementTimeoutMs: number | undefined
  readonly lib: PgLibrary | undefined
  readonly schema: string | undefined
  readonly tablePrefix: string
}

export const owner = 'openPostgresStore'

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function readPostgresOptions(given: PostgresStoreOptions): PostgresStoreSettings {
  const options = readOptions(owner, given, {
    ...connectionTable,
    poolSize: whole(1, 1000, 10),
    schema: optional(identifier(63)),
    tablePrefix: identifier(32, '', { lowerCase: true }),
    prepare: optional(flag()),
  })
  const source = sourceOf(owner, options, ['url', 'pool', 'db'])
  if (given.prepare !== undefined && options.db)
    throw invalid(owner, 'has prepare, which goes with url and pool')
  refuseBeside(owner, source, given, ['poolSize'])
  const { acquireTimeoutMs, statementTimeoutMs, lib, schema, tablePrefix } = options
  return { source, acquireTimeoutMs, statementTimeoutMs, lib, schema, tablePrefix }
}
