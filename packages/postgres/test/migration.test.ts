import { assertMigrated, earlierLayout, earlierLayouts } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

const text = 'text collate "C"'
const types = { key: text, text, integer: 'bigint', real: 'double precision', bytes: 'bytea' }

describeWithServer('postgres', 'tables of an earlier layout', server => {
  /** What a schema has: the columns of each table, and each index as it was made. */
  async function layoutOf(schema: FreshSchema): Promise<unknown[]> {
    const columns = await schema.query(
      `select table_name, column_name, data_type, is_nullable, column_default, collation_name
      from information_schema.columns where table_schema = $1 order by 1, 2`,
      [schema.name],
    )
    const indexes = await schema.query<{ made: string }>(
      "select replace(indexdef, $1 || '.', '') as made from pg_indexes where schemaname = $1 order by 1",
      [schema.name],
    )
    return [columns, indexes]
  }

  for (const [version, prefix] of earlierLayouts.flatMap(version =>
    ['', 'own_'].map(prefix => [version, prefix] as const),
  )) {
    it(`${version}, with the prefix '${prefix}', are brought to the newest`, async () => {
      await using schema = new FreshSchema(server().url)
      const statements = earlierLayout(version, {
        types,
        quote: '"',
        partialIndexes: true,
        bytes: hex => `'\\x${hex}'`,
        prefix: `${schema.name}.${prefix}`,
      })
      await schema.query([`create schema ${schema.name}`, ...statements].join(';'))
      const open = () => openPostgresStore({ ...schema.options, tablePrefix: prefix })
      for (const store of await Promise.all([open(), open()])) await store.close()
      await using store = await open()
      await assertMigrated(store, version)
      if (prefix !== '') return
      await using fresh = new FreshSchema(server().url)
      await (await openPostgresStore(fresh.options)).close()
      expect(await layoutOf(schema)).toEqual(await layoutOf(fresh))
    }, 60_000)
  }
})
