import { hash } from 'node:crypto'
import type { Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Kysely, RawBuilder, SqlBool } from 'kysely'

/** Set in a transaction that has the lock, until it ends. */
const setting = 'agentmem.locked'
/**
 * How long the server lets a transaction that has the lock wait for its next statement, in milliseconds. A machine that is gone
 * without a word says nothing, and would keep all others from writing until the server's TCP notices, after two hours.
 */
const idleLimitMs = 60_000
const idleSetting = 'idle_in_transaction_session_timeout'

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
  const key = keyOf(schema, tablePrefix)
  const limit = limitMs === undefined ? '' : `${limitStatements(limitMs)}; `
  const idle = `coalesce(nullif(current_setting('${idleSetting}'), '0'), '${idleLimitMs}')`
  return `begin isolation level read committed; ${limit}select pg_advisory_xact_lock(${key}), set_config('${setting}', '1', true), set_config('${idleSetting}', ${idle}, true)`
}

/** The statement by which a transaction limits those behind it. */
export function limitStatements(ms: number): string {
  return `set local statement_timeout = ${ms}`
}

/** Takes the lock for one statement, if it is free; returns whether it was. */
export async function tryLock(db: Kysely<Tables>, schema: string, tablePrefix: string): Promise<boolean> {
  const key = sql.raw(String(keyOf(schema, tablePrefix)))
  const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${key}) as taken`.execute(
    db,
  )
  return rows[0]?.taken === true
}

/** The lock is named after the tables. */
function keyOf(schema: string, tablePrefix: string): bigint {
  const digits = hash('sha256', `agentmem ${JSON.stringify([schema, tablePrefix])}`, 'hex').slice(0, 16)
  return BigInt.asIntN(64, BigInt(`0x${digits}`))
}
