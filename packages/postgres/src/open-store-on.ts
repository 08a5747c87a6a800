import { closeFailed, MemoryError } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { openSqlStore } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { Kysely } from 'kysely'
import type { PostgresAccess } from './connection/postgres-access.ts'
import { beginLocked, isLocked, tryLock } from './connection/log-lock.ts'
import { PostgresDialect } from './connection/postgres-dialect.ts'
import { PostgresDriver } from './connection/postgres-driver.ts'
import { provideSchema } from './connection/provide-schema.ts'
import { shareAccess } from './connection/store-access.ts'
import { postgresError } from './flavor/postgres-error.ts'
import { postgresFlavor } from './flavor/postgres-flavor.ts'
import { serverLineage } from './flavor/server-lineage.ts'

export interface StorePlace {
  /** The name of the function that opens, such as `openPostgresStore`: it begins messages. */
  readonly owner: string
  /** The Store's name. */
  readonly name: string
  /** Made when it is not there. Default: the connection's own. */
  readonly schema: string | undefined
  readonly tablePrefix: string
  /** How long the first answer is waited for, in milliseconds. Default: a minute. */
  readonly answerTimeoutMs?: number | undefined
}

/** Opens a Store on a database that is open. Closes the database when it cannot be used. */
export async function openStoreOn(
  access: PostgresAccess,
  { owner, name, schema: wanted, tablePrefix, answerTimeoutMs = 60_000 }: StorePlace,
): Promise<Store> {
  const { take, single, durable, shared, limitMs, connections, close } = access
  const schema = await provideSchema(owner, take, wanted, answerTimeoutMs).catch(async (error: unknown) => {
    await closeFailed(close)
    throw postgresError(error) ?? MemoryError.from(error, `The ${name} store cannot be opened`)
  })
  // A connection that is the only one has no other writer to wait for.
  const begin = single
    ? access.begin
    : {
        text: beginLocked(schema, tablePrefix, limitMs),
        statements: limitMs === undefined ? 2 : 3,
      }
  const counters = { statements: 0, transactions: 0, roundTrips: 0 }
  const driver = new PostgresDriver(take, { begin, counters, single, named: true, limitMs })
  const db = new Kysely<Tables>({ dialect: new PostgresDialect(driver) })
  const flavor = postgresFlavor({
    name,
    supports: Object.freeze({ durable, multiProcess: shared, concurrentWrites: 1 }),
    schema,
    tablePrefix,
    runWhole: statement => driver.runWhole(statement),
    isLocked: single ? undefined : isLocked,
    lineage: single ? undefined : serverLineage,
    tryLock: single ? undefined : db => tryLock(db, schema, tablePrefix),
  })
  const store = await openSqlStore({
    flavor,
    reader: db,
    writer: db,
    counters,
    connections,
    schema,
    tablePrefix,
    close,
  })
  shareAccess(store, { ...access, begin, counters, schema, tablePrefix })
  return store
}
