import type { Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Takes out of a file what ANALYZE, or `pragma optimize`, has noted of these tables. SQLite trusts that for ever: where a table was
 * small it compares all pairs from then on, and a delete of 3,000 memories with their facts takes two minutes in place of 0.2 s. The
 * statements of the Store are written for the plans that SQLite makes without, which never change:
 * https://www.sqlite.org/queryplanner-ng.html#qpstab
 */
export async function forgetStatistics(db: Kysely<Tables>, tables: readonly string[]): Promise<void> {
  const found = await sql<{ name: string }>`select name from sqlite_schema
    where type = 'table' and name in ('sqlite_stat1', 'sqlite_stat4')`.execute(db)
  const ofOurs = found.rows.map(({ name }) => sql`${sql.id(name)} where tbl in (${sql.join(tables)})`)
  const counts = await Promise.all(
    ofOurs.map(rows => sql<{ noted: number }>`select count(*) as noted from ${rows}`.execute(db)),
  )
  if (counts.every(({ rows }) => rows[0]?.noted === 0)) return
  await db.transaction().execute(async tx => {
    for (const rows of ofOurs) await sql`delete from ${rows}`.execute(tx)
    // This connection has read them already.
    await sql`analyze sqlite_schema`.execute(tx)
  })
}
