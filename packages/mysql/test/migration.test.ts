import { assertMigrated, earlierLayout, earlierLayouts } from '@agentmem/conformance'
import type { EarlierLayout } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, it } from 'vitest'
import { TestTables } from './test-tables.ts'

describeWithServer('mysql', 'tables of an earlier layout', server => {
  /** Makes them with the collation that the server's newest tables have. */
  async function makeEarlier(version: EarlierLayout, tables: TestTables, prefix: string): Promise<void> {
    await (await openMysqlStore({ url: tables.url, tablePrefix: 'fresh_' })).close()
    const [[{ collation }]] = (await tables.admin.query(
      `select collation_name as collation from information_schema.columns
      where table_schema = database() and table_name = 'fresh_memories' and column_name = 'id'`,
    )) as unknown as [[{ collation: string }]]
    const characters = `character set utf8mb4 collate ${collation}`
    const [key, text] = [`varchar(255) ${characters}`, `longtext ${characters}`]
    const statements = earlierLayout(version, {
      types: { key, text, integer: 'bigint', real: 'double', bytes: 'longblob' },
      quote: '`',
      partialIndexes: false,
      bytes: hex => `x'${hex}'`,
      prefix,
    })
    for (const statement of statements) await tables.admin.query(statement)
  }

  /** What the tables of a prefix have: their columns, and the columns of their indexes. */
  async function layoutOf(tables: TestTables, prefix: string): Promise<unknown[]> {
    const of = async (what: string, from: string): Promise<unknown> => {
      const [rows] = await tables.admin.query(
        `select replace(table_name, '${prefix}', '') as of_table, ${what} from information_schema.${from}
        where table_schema = database() and table_name like '${prefix}%' order by 1, 2, 3`,
      )
      return rows
    }
    return [
      await of('column_name, column_type, is_nullable, column_default, collation_name', 'columns'),
      await of(
        `replace(index_name, '${prefix}', '') as name, seq_in_index, column_name, non_unique`,
        'statistics',
      ),
    ]
  }

  it.each(earlierLayouts)(
    '%i are brought to the newest',
    async version => {
      await using tables = await TestTables.make(server().url)
      await makeEarlier(version, tables, 'old_')
      const open = () => openMysqlStore({ url: tables.url, tablePrefix: 'old_' })
      for (const store of await Promise.all([open(), open()])) await store.close()
      await using store = await open()
      await assertMigrated(store, version)
      expect(await layoutOf(tables, 'old_')).toEqual(await layoutOf(tables, 'fresh_'))
    },
    60_000,
  )

  it.each(earlierLayouts)(
    '%i, whose columns were added by a process that ended before it wrote that down, are taken as they are',
    async version => {
      await using tables = await TestTables.make(server().url)
      await makeEarlier(version, tables, 'old_')
      await (await openMysqlStore({ url: tables.url, tablePrefix: 'old_' })).close()
      await tables.admin.query(`update old_meta set value = '${version}' where \`key\` = 'agentmem:schema'`)
      if (version < 3) await tables.admin.query('alter table old_history drop column successor_id')
      if (version < 4) await tables.admin.query('alter table old_tombstones drop column run_id')
      if (version % 2 === 0) await tables.admin.query('drop table old_memory_sources')
      await using store = await openMysqlStore({ url: tables.url, tablePrefix: 'old_' })
      await assertMigrated(store, version)
      const [rows] = await tables.admin.query("select value from old_meta where `key` = 'agentmem:schema'")
      expect(rows).toEqual([{ value: '6' }])
      expect(await layoutOf(tables, 'old_')).toEqual(await layoutOf(tables, 'fresh_'))
    },
    60_000,
  )
})
