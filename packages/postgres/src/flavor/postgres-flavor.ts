import type { StoreStats, StoreSupports } from '@agentmem/core/adapter'
import { tableNames } from '@agentmem/sql'
import type { Flavor, FoundColumn, Rows, Tables } from '@agentmem/sql'
import { sql } from 'kysely'
import type { CompiledQuery, Kysely, RawBuilder, SqlBool } from 'kysely'
import { plannerStatistics } from './planner-statistics.ts'
import { isPassing, postgresError } from './postgres-error.ts'
import { postgresJson } from './postgres-json.ts'
import { putNewBy } from './put-new.ts'
import type { RunWhole } from './put-new.ts'
import { selfCheckOf } from './self-check.ts'
import { arrayOf, unnested } from './unnested.ts'

export interface PostgresFlavorOptions {
  /** The Store's name. */
  readonly name: string
  readonly supports: StoreSupports
  /** Sends a statement in a transaction of its own that has the lock of the log, in as few round trips as possible. */
  readonly runWhole: RunWhole
  /** True in a transaction that has the lock; a put writes nothing where it is false. Default: always true. */
  readonly isLocked?: RawBuilder<SqlBool> | undefined
  readonly schema: string
  readonly tablePrefix: string
  /** See `Flavor`. */
  readonly lineage?: Flavor['lineage']
  readonly tryLock?: Flavor['tryLock']
}

/**
 * The parts of a Store that are PostgreSQL's own, on a server or in the process. BEGIN must take the lock of the log.
 * Parameters may be `Buffer`s, which must be sent in binary form.
 */
export function postgresFlavor(options: PostgresFlavorOptions): Flavor {
  const { name, supports, runWhole, isLocked, schema, tablePrefix, lineage, tryLock } = options
  const text = sql`text collate "C"`
  return {
    name,
    supports,
    types: { key: text, text, integer: sql`bigint`, real: sql`double precision`, bytes: sql`bytea` },
    json: postgresJson,
    partialIndexes: true,
    materializes: true,
    columns: db => columnsOf(db, schema),
    migrate: (db, work) =>
      db.transaction().execute(async tx => {
        const result = await work(tx)
        await keepVectorsInRows(tx)
        return result
      }),
    putNew: putNewBy(runWhole, isLocked),
    insert: insertUnnested(),
    number: value => sql<number>`${value}::double precision`,
    isAmong: (column, query) => sql<SqlBool>`${column} = any(array${query})`,
    statistics: plannerStatistics(schema, tablePrefix),
    isOneOf: (column, values) => sql<SqlBool>`${column} = any(${values}::text[])`,
    contains: (text, part) => sql<SqlBool>`strpos(${text}, ${part}) > 0`,
    isPassing,
    lineage,
    ...(tryLock && { tryLock }),
    // A table, a column or the row of a catalog that another process was quicker to make.
    isMigrationRace: error => ['42P07', '42701', '23505', '42P01'].includes(String(Object(error).code)),
    errorOf: postgresError,
    selfCheck: selfCheckOf(schema, tablePrefix),
    async stats(db): Promise<Partial<StoreStats>> {
      const names = tableNames.map(table => tablePrefix + table)
      const { rows } = await sql<{ bytes: number }>`
        select sum(pg_total_relation_size(c.oid))::bigint as bytes
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema} and c.relname = any(${names}::text[])`.execute(db)
      return { bytesOnDisk: rows[0]?.bytes ?? 0 }
    },
  }
}

/**
 * The columns of this schema alone: Kysely's introspection reads all of the database, and fails when anyone drops a
 * table at the same time.
 */
async function columnsOf(db: Kysely<Tables>, schema: string): Promise<FoundColumn[]> {
  const { rows } = await sql<FoundColumn>`
    select c.relname::text as table, a.attname::text as column
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = ${schema} and c.relkind in ('r', 'v', 'p', 'f')`.execute(db)
  return rows
}

/**
 * Floats do not compress, and a row of up to 8 kB is written faster whole than with its vector in a table beside
 * it: https://www.postgresql.org/docs/current/storage-toast.html
 */
async function keepVectorsInRows(tx: Kysely<Tables>): Promise<void> {
  await sql`alter table ${sql.table('memories')} alter column vector set storage external,
    set (toast_tuple_target = 8160)`.execute(tx)
}

/** `Flavor.insert` by one statement a table, whatever the number of rows. */
function insertUnnested(): Flavor['insert'] {
  const compiled = new Map<string, CompiledQuery>()
  return async (tx, { table, columns, values }: Rows) => {
    let statement = compiled.get(table)
    if (!statement) {
      const names = sql.join(columns.map(column => sql.ref(column)))
      const insert = sql`insert into ${sql.table(table)} (${names}) select * from ${unnested(columns)}
        on conflict do nothing`
      compiled.set(table, (statement = insert.compile(tx)))
    }
    const parameters = columns.map((column, at) => arrayOf(column, values, at))
    const { numAffectedRows = 0n } = await tx.executeQuery({ ...statement, parameters })
    return Number(numAffectedRows)
  }
}
