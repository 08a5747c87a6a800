import { MemoryError } from '@agentmem/core/adapter'
import type { Kysely } from 'kysely'
import { createTables } from './create-tables.ts'
import type { Flavor } from './flavor.ts'
import { findColumns } from './find-columns.ts'
import type { Migration, Names } from './migration.ts'
import { schema2 } from './schema-2.ts'
import { schema3 } from './schema-3.ts'
import { schema4 } from './schema-4.ts'
import { schema5 } from './schema-5.ts'
import { schema6 } from './schema-6.ts'
import { unlimited } from './statement-limit.ts'
import { tableNames } from './tables.ts'
import type { Tables } from './tables.ts'

const migrations: readonly Migration[] = [schema2, schema3, schema4, schema5, schema6]
const latest = migrations.length + 1
const schemaKey = 'agentmem:schema'

/**
 * Brings the tables to the layout of this release, and makes them when there are none. When several processes open at
 * the same time, one of them migrates. Throws `SCHEMA` when the layout is newer than this release, or when tables of
 * these names belong to someone else.
 */
export async function migrate(
  db: Kysely<Tables>,
  flavor: Flavor,
  prefix: string,
  schema?: string,
): Promise<void> {
  const names = { prefix, schema }
  if (await isLatest(db, flavor, names)) return
  const work = async (tx: Kysely<Tables>): Promise<void> => {
    const version = await readVersion(tx, flavor, names)
    if (version === 0) {
      await createMeta(tx, flavor)
      await createTables(tx as Kysely<unknown>, flavor, names)
      await writeVersion(tx, latest)
      return
    }
    for (const migration of migrations.slice(version - 1)) {
      await migration.up(tx, flavor, names)
      await writeVersion(tx, migration.version)
    }
  }
  // A statement that changes a large table takes what it takes.
  await unlimited(() => flavor.migrate(db, work))
}

/**
 * Whether nothing is left to do. Beside a process that is making the tables they can look like anyone's, so what is wrong
 * with them is said only by the look of `flavor.migrate`, which excludes it.
 */
async function isLatest(...look: Parameters<typeof readVersion>): Promise<boolean> {
  try {
    return (await readVersion(...look)) === latest
  } catch (error) {
    if (error instanceof MemoryError && error.code === 'SCHEMA') return false
    throw error
  }
}

async function writeVersion(db: Kysely<Tables>, version: number): Promise<void> {
  await db
    .updateTable('meta')
    .set({ value: String(version) })
    .where('key', '=', schemaKey)
    .execute()
}

async function createMeta(db: Kysely<Tables>, { types, clusteredTable }: Flavor): Promise<void> {
  const meta = db.schema
    .createTable('meta')
    // Where DDL has no transactions, the table may be left from a process that ended here.
    .ifNotExists()
    .addColumn('key', types.key, column => column.primaryKey().notNull())
    .addColumn('value', types.text, column => column.notNull())
  await (clusteredTable ? meta.modifyEnd(clusteredTable) : meta).execute()
  await db.insertInto('meta').values({ key: schemaKey, value: '0' }).execute()
}

/** The version of the layout; 0 when none of the Store's tables is there. */
async function readVersion(db: Kysely<Tables>, flavor: Flavor, { prefix, schema }: Names): Promise<number> {
  const all = await findColumns(db, flavor, schema)
  const ours = all.filter(({ table }) =>
    tableNames.some(own => table.toLowerCase() === (prefix + own).toLowerCase()),
  )
  if (ours.length === 0) return 0
  const meta = ours.filter(({ table }) => table === `${prefix}meta`).map(({ column }) => column)
  if (meta.toSorted().join() !== 'key,value') throw foreign([...new Set(ours.map(({ table }) => table))])
  const row = await db.selectFrom('meta').select('value').where('key', '=', schemaKey).executeTakeFirst()
  // Where DDL has no transactions, the table can be seen before its first row.
  if (!row && meta.length === ours.length && (await isEmpty(db))) return 0
  const version = Number(row?.value)
  if (!Number.isSafeInteger(version)) throw foreign([...new Set(ours.map(({ table }) => table))])
  if (version > latest) {
    throw new MemoryError(
      'SCHEMA',
      `The database has schema version ${version}, this release of agentmem knows versions up to ${latest}; update agentmem.`,
    )
  }
  return version
}

async function isEmpty(db: Kysely<Tables>): Promise<boolean> {
  return (await db.selectFrom('meta').select('key').limit(1).executeTakeFirst()) === undefined
}

function foreign(names: readonly string[]): MemoryError {
  const list = names.map(name => `'${name}'`).join(', ')
  return new MemoryError(
    'SCHEMA',
    `The database has ${list}, and they are not agentmem's; choose another database or a table prefix.`,
  )
}
