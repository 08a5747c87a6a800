import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { ColumnTypes } from './flavor.ts'
import type { Migration } from './migration.ts'

/** The first layout. */
export const schema1: Migration = {
  version: 1,
  async up(db, { types, clusteredTable, partialIndexes }, prefix) {
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
      .addPrimaryKeyConstraint(`${prefix}history_key`, ['memory_id', 'seq'])
    await (clusteredTable ? history.modifyEnd(clusteredTable) : history).execute()
    await db.schema
      .createTable('tombstones')
      .addColumn('seq', types.integer, column => column.primaryKey().notNull())
      .addColumn('id', types.key, column => column.notNull())
      .execute()
    await db.schema
      .createTable('staged')
      .addColumn('hash', types.key, column => column.primaryKey().notNull())
      .addColumn('vector', types.bytes, column => column.notNull())
      .execute()
    await createIndexes(db, partialIndexes, prefix)
  },
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
    .addColumn('dedupe_key', types.key)
    .addColumn('reuse_key', types.key)
    .addColumn('vector', types.bytes, column => column.notNull())
    .execute()
}

/**
 * One index for each part of a scope by which pages are read, one for the dedupe keys, and one for the vectors that may
 * be used again. Partial indexes leave out the rows without the part or key, so that one that nobody uses costs nothing.
 */
async function createIndexes(db: Kysely<unknown>, partial: boolean, prefix: string): Promise<void> {
  for (const part of ['user_id', 'agent_id', 'run_id']) {
    const index = db.schema
      .createIndex(`${prefix}memories_by_${part}`)
      .on('memories')
      .columns(['org_id', part, 'created_at'])
    await (partial ? index.where(sql.ref(part), 'is not', null) : index).execute()
  }
  const reuse = db.schema.createIndex(`${prefix}memories_by_reuse_key`).on('memories').column('reuse_key')
  await (partial ? reuse.where(sql.ref('reuse_key'), 'is not', null) : reuse).execute()
  const dedupe = db.schema
    .createIndex(`${prefix}memories_by_dedupe_key`)
    .unique()
    .on('memories')
    .column('dedupe_key')
  await (partial ? dedupe.where(sql.ref('dedupe_key'), 'is not', null) : dedupe).execute()
}
