import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import type { ColumnTypes, Flavor } from './flavor.ts'
import type { Names } from './migration.ts'

/** Makes the tables of the newest layout. Where older ones are there, migrations lead to it. */
export async function createTables(db: Kysely<unknown>, flavor: Flavor, { prefix }: Names): Promise<void> {
  const { types, clusteredTable, partialIndexes } = flavor
  await createMemories(db, types)
  const history = db.schema
    .createTable('history')
    .addColumn('memory_id', types.key, column => column.notNull())
    .addColumn('seq', types.integer, column => column.notNull())
    .addColumn('org_id', types.key, column => column.notNull())
    .addColumn('user_id', types.key)
    .addColumn('agent_id', types.key)
    .addColumn('run_id', types.key)
    .addColumn('previous_value', types.text)
    .addColumn('new_value', types.text)
    .addColumn('event', types.key, column => column.notNull())
    .addColumn('actor_id', types.key)
    .addColumn('role', types.key)
    .addColumn('created_at', types.integer, column => column.notNull())
    .addColumn('successor_id', types.key)
    .addPrimaryKeyConstraint(`${prefix}history_key`, ['memory_id', 'seq'])
  await (clusteredTable ? history.modifyEnd(clusteredTable) : history).execute()
  await db.schema
    .createTable('tombstones')
    .addColumn('seq', types.integer, column => column.primaryKey().notNull())
    .addColumn('id', types.key, column => column.notNull())
    .addColumn('org_id', types.key)
    .addColumn('user_id', types.key)
    .addColumn('agent_id', types.key)
    .addColumn('run_id', types.key)
    .execute()
  await db.schema
    .createTable('staged')
    .addColumn('hash', types.key, column => column.primaryKey().notNull())
    .addColumn('vector', types.bytes, column => column.notNull())
    .execute()
  await createPending(db, types)
  await createSources(db, flavor, prefix)
  await createIndexes(db, partialIndexes, prefix)
}

async function createMemories(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('memories')
    .addColumn('seq', types.integer, column => column.primaryKey().notNull())
    .addColumn('id', types.key, column => column.notNull().unique())
    .addColumn('org_id', types.key, column => column.notNull())
    .addColumn('user_id', types.key)
    .addColumn('agent_id', types.key)
    .addColumn('run_id', types.key)
    .addColumn('content', types.text, column => column.notNull())
    .addColumn('hash', types.key, column => column.notNull())
    .addColumn('metadata', types.text, column => column.notNull())
    .addColumn('type', types.key, column => column.notNull())
    .addColumn('level', types.key, column => column.notNull())
    .addColumn('importance', types.real, column => column.notNull())
    .addColumn('access_count', types.integer, column => column.notNull())
    .addColumn('last_accessed_at', types.integer)
    .addColumn('created_at', types.integer, column => column.notNull())
    .addColumn('updated_at', types.integer, column => column.notNull())
    .addColumn('expires_at', types.integer)
    .addColumn('version', types.integer, column => column.notNull())
    .addColumn('created_by', types.key)
    .addColumn('updated_by', types.key)
    .addColumn('actor_id', types.key)
    .addColumn('role', types.key)
    .addColumn('place', placeType, column => column.notNull().defaultTo(0))
    .addColumn('indexed', indexedType, column => column.notNull().defaultTo(1))
    .addColumn('valid_from', types.integer)
    .addColumn('valid_to', types.integer)
    .addColumn('superseded_by', types.key)
    .addColumn('origin', types.key, column => column.notNull().defaultTo('caller'))
    .addColumn('derivation', types.text)
    .addColumn('deleted_at', types.integer)
    .addColumn('dedupe_key', types.key)
    .addColumn('reuse_key', types.key)
    .addColumn('vector', types.bytes, column => column.notNull())
    .execute()
}

/** The inbox of what waits to be worked on. */
export async function createPending(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('pending')
    // Where DDL has no transactions, the table may be left from a process that ended here.
    .ifNotExists()
    .addColumn('seq', types.integer, column => column.primaryKey().notNull())
    .addColumn('memory_id', types.key, column => column.notNull().unique())
    .addColumn('org_id', types.key, column => column.notNull())
    .addColumn('user_id', types.key)
    .addColumn('agent_id', types.key)
    .addColumn('run_id', types.key)
    .addColumn('at', types.integer, column => column.notNull())
    .addColumn('tokens', types.integer, column => column.notNull())
    .addColumn('attempts', types.integer, column => column.notNull())
    .addColumn('not_before', types.integer, column => column.notNull())
    .addColumn('parked', indexedType, column => column.notNull())
    .addColumn('reason', types.text)
    .addColumn('answer', types.text)
    .execute()
}

/** What memories were made of, to be asked in both directions. */
export async function createSources(
  db: Kysely<unknown>,
  { types, clusteredTable }: Pick<Flavor, 'types' | 'clusteredTable'>,
  prefix: string,
): Promise<void> {
  const table = db.schema
    .createTable('memory_sources')
    // Where DDL has no transactions, the table may be left from a process that ended here.
    .ifNotExists()
    .addColumn('memory_id', types.key, column => column.notNull())
    .addColumn('source_id', types.key, column => column.notNull())
    .addColumn('org_id', types.key, column => column.notNull())
    .addPrimaryKeyConstraint(`${prefix}memory_sources_key`, ['memory_id', 'source_id', 'org_id'])
    .addUniqueConstraint(`${prefix}memory_sources_by_source`, ['source_id', 'memory_id', 'org_id'])
  await (clusteredTable ? table.modifyEnd(clusteredTable) : table).execute()
}

/** 32 and 16 bits, under names that databases have in common. */
export const placeType: RawBuilder<unknown> = sql`integer`
export const indexedType: RawBuilder<unknown> = sql`smallint`

/** The parts of a scope by which pages are read, each with an index. */
export const pagedParts = ['user_id', 'agent_id', 'run_id'] as const

/** The columns of the index by which pages of a part are read: those of the order, as far as keys of text fit in. */
export function pageIndex(part: (typeof pagedParts)[number]): string[] {
  return ['org_id', part, 'created_at', 'place']
}

/**
 * One index for each part of a scope by which pages are read, one for the dedupe keys, one for the vectors that may
 * be used again, and one for what took a memory's place. Partial indexes leave out the rows without the part or key, so that one that nobody uses costs nothing.
 */
async function createIndexes(db: Kysely<unknown>, partial: boolean, prefix: string): Promise<void> {
  for (const part of pagedParts) await createPageIndex(db, part, partial, prefix)
  await createSuccessorIndex(db, partial, prefix)
  const reuse = db.schema.createIndex(`${prefix}memories_by_reuse_key`).on('memories').column('reuse_key')
  await (partial ? reuse.where(sql.ref('reuse_key'), 'is not', null) : reuse).execute()
  const dedupe = db.schema
    .createIndex(`${prefix}memories_by_dedupe_key`)
    .unique()
    .on('memories')
    .column('dedupe_key')
  await (partial ? dedupe.where(sql.ref('dedupe_key'), 'is not', null) : dedupe).execute()
}

/** Without the prefix. */
export const successorIndex = 'memories_by_superseded_by'

/** By which is found what a memory stands in the place of. */
export async function createSuccessorIndex(
  db: Kysely<unknown>,
  partial: boolean,
  prefix: string,
): Promise<void> {
  const index = db.schema
    .createIndex(prefix + successorIndex)
    .on('memories')
    .column('superseded_by')
  await (partial ? index.where(sql.ref('superseded_by'), 'is not', null) : index).execute()
}

export async function createPageIndex(
  db: Kysely<unknown>,
  part: (typeof pagedParts)[number],
  partial: boolean,
  prefix: string,
): Promise<void> {
  const index = db.schema.createIndex(`${prefix}memories_by_${part}`).on('memories').columns(pageIndex(part))
  await (partial ? index.where(sql.ref(part), 'is not', null) : index).execute()
}
