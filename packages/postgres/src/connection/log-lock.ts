import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

/** Set for the length of a transaction that has the lock. */
const setting = 'agentmem.locked'

/** True in a transaction that has the lock. */
export const isLocked: RawBuilder<SqlBool> = sql<SqlBool>`current_setting(${sql.lit(setting)}, true) = '1'`

/**
 * Begins a transaction that writes, and waits until no other one of the same tables is under way: the lock goes
 * by the tables' schema and prefix, and is given back when the transaction has become visible or was undone. Each
 * statement after it sees all that was committed before the lock was got, which "repeatable read" would not.
 */
export function beginLocked(schema: string, tablePrefix: string): string {
  const digits = hash('sha256', `agentmem ${JSON.stringify([schema, tablePrefix])}`, 'hex').slice(0, 16)
  const key = BigInt.asIntN(64, BigInt(`0x${digits}`))
  return `begin isolation level read committed; select pg_advisory_xact_lock(${key}), set_config('${setting}', '1', true)`
}
