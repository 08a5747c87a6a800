import { tableNames } from '@agentmem/sql'
import type { Flavor, Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Transaction } from 'kysely'

/** After so many changes autovacuum analyzes a small table. */
const fewChanges = 50

/**
 * PostgreSQL multiplies the pages of a table by the rows that a page had when it was analyzed last. Of a table that was empty then,
 * and not vacuumed, it expects one row however many there are, joins such tables by comparing all pairs, and takes minutes for some
 * thousand deletes, until autovacuum comes by. So a write that finds such a table analyzes it first. As one that stays nearly
 * empty looks the same until it is vacuumed, it is not analyzed again before as much has changed as there was.
 * https://www.postgresql.org/docs/current/row-estimation-examples.html
 */
export function plannerStatistics(schema: string, tablePrefix: string): NonNullable<Flavor['statistics']> {
  const names = tableNames.map(table => tablePrefix + table)
  const isOurs = sql<boolean>`relnamespace = (select oid from pg_catalog.pg_namespace where nspname = ${sql.lit(schema)})
    and relname in (${sql.join(names.map(name => sql.lit(name)))}) and relkind = 'r'`
  let next = 0
  return {
    mislead: sql<boolean>`exists (
      select from pg_catalog.pg_class where ${isOurs} and reltuples >= 0 and reltuples * 10 < relpages)`,
    async renew(tx: Transaction<Tables>, head: number): Promise<void> {
      if (head < next) return
      // What another session analyzes or builds an index of is left to it.
      const tables = sql.join(tableNames.map(table => sql.table(table)))
      await sql`analyze (skip_locked) ${tables}`.execute(tx)
      const most = sql<{
        rows: number
      }>`select max(reltuples)::float8 as rows from pg_catalog.pg_class where ${isOurs}`
      const [found] = (await most.execute(tx)).rows
      next = head + fewChanges + Math.max(found?.rows ?? 0, 0)
    },
  }
}
