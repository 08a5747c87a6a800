import type { Kysely, Transaction } from 'kysely'
import { createSources, createSuccessorIndex, successorIndex } from './create-tables.ts'
import type { Flavor } from './flavor.ts'
import type { Migration } from './migration.ts'
import { sourceColumns } from './tables.ts'
import type { Tables } from './tables.ts'

/** Memories whose sources are read at a time. */
const pageSize = 500

/** What memories were made of can be asked the other way round, and so can what they stand in the place of. */
export const schema5: Migration = {
  version: 5,
  async up(db, flavor, names) {
    // Where DDL has no transactions, a process may have ended behind each of these.
    const indexes = (await flavor.indexes?.(db, `${names.prefix}memories`)) ?? []
    if (!indexes.includes(names.prefix + successorIndex))
      await createSuccessorIndex(db as Kysely<unknown>, flavor.partialIndexes, names.prefix)
    await createSources(db as Kysely<unknown>, flavor, names.prefix)
    await fillSources(db, flavor)
  },
}

/** Rows that are there already are left out. */
async function fillSources(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom('memories')
      .select(['seq', 'id', 'org_id', 'derivation'])
      .where('seq', '>', after)
      .where('derivation', 'is not', null)
      .orderBy('seq')
      .limit(pageSize)
      .execute()
    const values = rows.flatMap(({ id, org_id: orgId, derivation }) => {
      const { sources } = JSON.parse(derivation ?? '') as { readonly sources: readonly string[] }
      return [...new Set(sources)].map(source => [id, source, orgId])
    })
    if (values.length > 0) {
      // A migration is the only one that writes, whether it is in a transaction or not.
      const tx = db as Transaction<Tables>
      await flavor.insert(tx, { table: 'memory_sources', columns: sourceColumns, values })
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    after = last.seq
  }
}
