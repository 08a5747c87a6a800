import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { createPageIndex, indexedType, pagedParts, pageIndex, placeType } from './create-tables.ts'
import { findColumns } from './find-columns.ts'
import type { Migration, Names } from './migration.ts'

const memories = sql.table('memories')
const place = sql`place ${placeType} default 0 not null`
const indexed = sql`indexed ${indexedType} default 1 not null`

/**
 * Records get their place in the call that brought them, and say whether they are indexed. Those that are there have
 * the place 0 and are indexed; their order is that of their times and ids, as it was. Pages are read in that order.
 */
export const schema2: Migration = {
  version: 2,
  async up(db, flavor, names) {
    if (!flavor.ddlCommits) {
      await sql`alter table ${memories} add column ${place}`.execute(db)
      await sql`alter table ${memories} add column ${indexed}`.execute(db)
      for (const part of pagedParts) {
        await sql`drop index ${indexName(part, names)}`.execute(db)
        await createPageIndex(db as Kysely<unknown>, part, flavor.partialIndexes, names.prefix)
      }
      return
    }
    // A process that ended before the new version was written down has done all of it.
    const columns = await findColumns(db, flavor, names.schema)
    if (columns.some(({ table, column }) => table === `${names.prefix}memories` && column === 'place')) return
    const indexes = pagedParts.map(part => {
      const name = sql.ref(`${names.prefix}memories_by_${part}`)
      return sql`drop index ${name}, add index ${name} (${sql.join(pageIndex(part).map(column => sql.ref(column)))})`
    })
    await sql`alter table ${memories} add column ${place}, add column ${indexed}, ${sql.join(indexes)}`.execute(
      db,
    )
  },
}

function indexName(part: string, { prefix, schema }: Names) {
  return sql.id(...(schema === undefined ? [] : [schema]), `${prefix}memories_by_${part}`)
}
