import { MemoryError } from '@agentmem/core/adapter'
import { tableNames } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'

const lockName = 'agentmem:migrate'
const lockSeconds = 60

/** A table that is there while somebody migrates on a cluster, whose named locks are of one node. */
const turnTable = sql.table('agentmem_migrating')
/** Whoever made it that long ago has died. */
const longestSeconds = 600
const pollMs = 100

/**
 * Runs `work` while no other process migrates on this server, nor on the other nodes of its cluster. DDL has no transactions
 * here, so a first migration that ended half-way is undone before it. Throws `TIMEOUT` when another process migrates for a
 * minute.
 */
export function migrateAlone<T>(
  db: Kysely<Tables>,
  work: (db: Kysely<Tables>) => Promise<T>,
  { isGalera }: { readonly isGalera: boolean },
): Promise<T> {
  return db.connection().execute(async connection => {
    const { rows } = await sql<{ taken: number | null }>`
      select get_lock(${lockName}, ${lockSeconds}) as taken`.execute(connection)
    if (rows[0]?.taken !== 1) throw takesLong()
    let hasTurn = false
    try {
      if (isGalera) await takeTurn(connection)
      hasTurn = isGalera
      await sql`set @agentmem_engine = @@default_storage_engine, default_storage_engine = InnoDB`.execute(
        connection,
      )
      await dropUnfinished(connection)
      const result = await work(connection)
      await sql`commit`.execute(connection)
      return result
    } finally {
      if (hasTurn) await sql`drop table if exists ${turnTable}`.execute(connection).catch(() => undefined)
      await giveBack(connection)
    }
  })
}

/** DDL goes through the nodes in one order: of several that make the table, one does, and has applied all before it. */
async function takeTurn(connection: Kysely<Tables>): Promise<void> {
  const deadline = performance.now() + lockSeconds * 1_000
  for (;;) {
    try {
      await sql`create table ${turnTable} (id int primary key) engine = InnoDB`.execute(connection)
      return
    } catch (error) {
      const { code } = Object(error) as { code?: unknown }
      if (code !== 'ER_TABLE_EXISTS_ERROR') throw error
    }
    const { rows } = await sql<{ age: number | null }>`
      select timestampdiff(second, create_time, now()) as age from information_schema.tables
      where table_schema = database() and table_name = 'agentmem_migrating'`.execute(connection)
    if ((rows[0]?.age ?? 0) > longestSeconds) await sql`drop table if exists ${turnTable}`.execute(connection)
    if (performance.now() > deadline) throw takesLong()
    await new Promise(resolve => setTimeout(resolve, pollMs))
  }
}

function takesLong(): MemoryError {
  return new MemoryError('TIMEOUT', `Another process has been migrating for ${lockSeconds} s; try again.`)
}

/** Gives back lock and engine. A lost connection has done so already; its error must not hide the one before. */
async function giveBack(connection: Kysely<Tables>): Promise<void> {
  const ignore = (): void => undefined
  await sql`set default_storage_engine = @agentmem_engine`.execute(connection).catch(ignore)
  await sql`select release_lock(${lockName})`.execute(connection).catch(ignore)
}

/** Drops the tables of a first migration that has not ended, which is layout 0: nothing can have been stored in them. */
async function dropUnfinished(db: Kysely<Tables>): Promise<void> {
  if ((await layoutOf(db)) !== '0') return
  // `meta`, which says that the layout is 0, comes last, in case this is interrupted too.
  for (const table of [...tableNames.filter(name => name !== 'meta'), 'meta'] as const)
    await db.schema.dropTable(table).ifExists().execute()
}

/** The version of the layout; undefined when the Store's table `meta` is not there. */
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
