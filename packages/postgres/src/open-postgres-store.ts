import { opening } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { connectPostgres } from './connection/connect-postgres.ts'
import { isLimitRefused, postgresError } from './flavor/postgres-error.ts'
import { openStoreOn } from './open-store-on.ts'
import { owner, readPostgresOptions } from './postgres-options.ts'
import type { PostgresStoreOptions } from './postgres-options.ts'

/**
 * Opens a Store in a PostgreSQL database. Makes its tables, and its schema, where they are not there. Throws
 * `UNAVAILABLE` when the server cannot be reached or refuses, `TIMEOUT` when it does not answer in time,
 * `NOT_INSTALLED` when a `url` is given and `pg` cannot be loaded, and `SCHEMA` when the tables are someone else's or
 * newer than this version.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const open = async (prepare?: boolean): Promise<Store> => {
    const { source, acquireTimeoutMs, statementTimeoutMs, lib, schema, tablePrefix } = readPostgresOptions(
      prepare === undefined ? options : { ...options, prepare },
    )
    const access = await connectPostgres(source, { owner, acquireTimeoutMs, statementTimeoutMs, lib })
    return openStoreOn(access, {
      owner,
      name: 'postgres',
      schema,
      tablePrefix,
      answerTimeoutMs: acquireTimeoutMs,
    })
  }
  const openOnPooler = (error: unknown): Promise<Store> => {
    if (!isLimitRefused(error)) throw error
    return open(false)
  }
  return opening(owner, () => open().catch(openOnPooler), postgresError)
}
