import type { SqliteDatabase } from './sqlite-database.ts'

/**
 * Takes out of a file what ANALYZE, or `pragma optimize`, has noted of these tables. SQLite trusts that for ever: where a table was
 * small it compares all pairs from then on, and a delete of 3,000 memories with their facts takes two minutes in place of 0.2 s. The
 * statements of agentmem are written for the plans that SQLite makes without, which never change:
 * https://www.sqlite.org/queryplanner-ng.html#qpstab
 */
export function forgetStatistics(db: SqliteDatabase, tables: readonly string[]): void {
  const held = db
    .prepare(
      "select name from sqlite_schema where type = 'table' and name in ('sqlite_stat1', 'sqlite_stat4')",
    )
    .all([]) as readonly { readonly name: string }[]
  const ofOurs = held.map(({ name }) => `${name} where tbl in (select value from json_each(?))`)
  const list = [JSON.stringify(tables)]
  const noted = ofOurs.filter(rows => db.prepare(`select 1 from ${rows} limit 1`).all(list).length > 0)
  for (const rows of noted) db.prepare(`delete from ${rows}`).run(list)
  // This connection has read them already.
  if (noted.length > 0) db.prepare('analyze sqlite_schema').run([])
}
