import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

/** Set in a transaction that has the lock, until it ends. */
const setting = 'agentmem.locked'

/** True in a transaction that has the lock. */
export const isLocked: RawBuilder<SqlBool> = sql<SqlBool>`current_setting(${sql.lit(setting)}, true) = '1'`

/**
 * The text, of two statements, that begins a transaction that writes and waits for the other writers of the same
 * tables. The lock is named after the tables' schema and prefix. The server gives it back when the transaction has
 * become visible or was undone. Later statements see all that was committed before the lock was taken, which
 * "repeatable read" would not show. With `limitMs` it is of three: the transaction's statements, and the wait for the lock, may
 * take that long.
 */
export function beginLocked(schema: string, tablePrefix: string, limitMs?: number): string {
  const digits = hash('sha256', `agentmem ${JSON.stringify([schema, tablePrefix])}`, 'hex').slice(0, 16)
  const key = BigInt.asIntN(64, BigInt(`0x${digits}`))
  const limit = limitMs === undefined ? '' : `${limitStatements(limitMs)}; `
  return `begin isolation level read committed; ${limit}select pg_advisory_xact_lock(${key}), set_config('${setting}', '1', true)`
}

/** The statement by which a transaction limits those behind it. */
export function limitStatements(ms: number): string {
  return `set local statement_timeout = ${ms}`
}
