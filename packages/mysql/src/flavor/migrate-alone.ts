import { MemoryError } from '@agentmem/core/adapter'
import { tableNames } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'

const lockName = 'agentmem:migrate'
const lockSeconds = 60

/**
 * Runs `work` while no other process migrates on this server. There are no transactions for tables here: one
 * that ended half-way is undone first.
 */
export function migrateAlone<T>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  return db.connection().execute(async connection => {
    const { rows } = await sql<{ taken: number | null }>`
      select get_lock(${lockName}, ${lockSeconds}) as taken`.execute(connection)
    if (rows[0]?.taken !== 1) {
      throw new MemoryError('TIMEOUT', `Another process has been migrating for ${lockSeconds} s; try again.`)
    }
    try {
      await sql`set @agentmem_engine = @@default_storage_engine, default_storage_engine = InnoDB`.execute(
        connection,
      )
      await dropUnfinished(connection)
      const result = await work(connection)
      await sql`commit`.execute(connection)
      return result
    } finally {
      await giveBack(connection)
    }
  })
}

/** A connection that is lost has given it back; its error must not take the place of the one that came before. */
async function giveBack(connection: Kysely<Tables>): Promise<void> {
  const ignore = (): void => undefined
  await sql`set default_storage_engine = @agentmem_engine`.execute(connection).catch(ignore)
  await sql`select release_lock(${lockName})`.execute(connection).catch(ignore)
}

/** Layout 0 is that of a first migration that has not ended: nothing can have been stored in it. */
async function dropUnfinished(db: Kysely<Tables>): Promise<void> {
  if ((await layoutOf(db)) !== '0') return
  // The one that says so last, should this be cut short as well.
  for (const table of [...tableNames.filter(name => name !== 'meta'), 'meta'] as const)
    await db.schema.dropTable(table).ifExists().execute()
}

/** Undefined where there is no table of ours to ask. */
async function layoutOf(db: Kysely<Tables>): Promise<string | undefined> {
  try {
    const row = await db
      .selectFrom('meta')
      .select('value')
      .where('key', '=', 'agentmem:schema')
      .executeTakeFirst()
    return row?.value
  } catch (error) {
    if (['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR'].includes((error as { code?: string }).code ?? ''))
      return undefined
    throw error
  }
}
