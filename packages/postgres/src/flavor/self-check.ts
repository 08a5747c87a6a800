import { tableNames } from '@agentmem/sql'
import type { SelfCheck, Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'

const missing =
  'PostgreSQL checks itself by the extension amcheck, which is not there; a superuser makes it by: create extension amcheck.'
const forbidden =
  'PostgreSQL checks itself by the extension amcheck, whose functions this user may not call; a superuser grants that.'
const insufficientPrivilege = '42501'
/** Of a table, and of an index: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const damaged = ['XX001', 'XX002']

/** The check of these tables by amcheck: https://www.postgresql.org/docs/current/amcheck.html */
export function selfCheckOf(schema: string, tablePrefix: string): SelfCheck {
  const names = tableNames.map(table => tablePrefix + table)
  return {
    by: 'amcheck',
    async check(db) {
      const amcheck = await schemaOfAmcheck(db)
      if (amcheck === undefined) return missing
      const { rows } = await sql<{ name: string; kind: string }>`
        select c.oid::regclass::text as name, c.relkind::text as kind
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_am a on a.oid = c.relam
        left join pg_index i on i.indexrelid = c.oid
        left join pg_class t on t.oid = i.indrelid
        where n.nspname = ${schema} and coalesce(t.relname, c.relname) = any(${names}::text[])
          and (c.relkind = 'r' or c.relkind = 'i' and a.amname = 'btree' and i.indisvalid)`.execute(db)
      const problems: string[] = []
      try {
        for (const { name, kind } of rows)
          problems.push(...(await problemsOf(db, amcheck, name, kind === 'i')))
      } catch (error) {
        if (codeOf(error) === insufficientPrivilege) return forbidden
        throw error
      }
      return problems
    },
  }
}

async function schemaOfAmcheck(db: Kysely<Tables>): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    select n.nspname::text as name from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'amcheck'`.execute(db)
  return rows[0]?.name
}

/** An index must be in order and have each row of its table; a table must be readable, with what is stored beside its rows. */
async function problemsOf(
  db: Kysely<Tables>,
  amcheck: string,
  name: string,
  isIndex: boolean,
): Promise<string[]> {
  try {
    if (isIndex) {
      await sql`select ${sql.id(amcheck, 'bt_index_check')}(${name}::regclass, true)`.execute(db)
      return []
    }
    const { rows } = await sql<{ msg: string }>`
      select msg from ${sql.id(amcheck, 'verify_heapam')}(${name}::regclass, check_toast => true)`.execute(db)
    return rows.map(({ msg }) => `${name}: ${msg}`)
  } catch (error) {
    if (!damaged.includes(codeOf(error))) throw error
    return [`${name}: ${(error as Error).message}`]
  }
}

function codeOf(error: unknown): string {
  return String(Object(error).code)
}
