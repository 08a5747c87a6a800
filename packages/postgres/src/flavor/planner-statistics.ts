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
  const oids = names.map(name => sql`to_regclass(${sql.lit(`${quoted(schema)}.${quoted(name)}`)})`)
  const ours = sql`from pg_catalog.pg_class where oid in (${sql.join(oids)})`
  const misleading = sql`${ours} and reltuples >= 0 and reltuples * 10 < relpages`
  let next = 0
  return {
    mislead: sql<boolean>`exists (select ${misleading})`,
    async renew(tx: Transaction<Tables>, head: number): Promise<void> {
      if (head < next) return
      const found = await sql<{ name: string }>`select relname::text as name ${misleading}`.execute(tx)
      const those = new Set(found.rows.map(({ name }) => name))
      const tables = tableNames.filter((_table, n) => those.has(names[n] ?? ''))
      // What another session analyzes or builds an index of is left to it.
      if (tables.length > 0)
        await sql`analyze (skip_locked) ${sql.join(tables.map(table => sql.table(table)))}`.execute(tx)
      const most = await sql<{ rows: number }>`select max(reltuples)::float8 as rows ${ours}
        and relname = any(${[...those]}::text[])`.execute(tx)
      next = head + fewChanges + Math.max(most.rows[0]?.rows ?? 0, 0)
    },
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
