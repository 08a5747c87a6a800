import { storedRecords } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, it } from 'vitest'
import { TestTables } from './test-tables.ts'

describeWithServer('mysql', 'check table', server => {
  it('says of tables that they are whole, and names the one that is not', async () => {
    await using tables = await TestTables.make(server().url)
    const tablePrefix = tables.newPrefix()
    await using store = await openMysqlStore({ url: tables.url, tablePrefix })
    await store.put(storedRecords(50))
    expect(await store.checkDatabase()).toEqual({ by: 'check table', problems: [] })
    await tables.admin.query(`drop table ${tablePrefix}history`)
    const { by, problems } = await store.checkDatabase()
    expect(by).toBe('check table')
    expect(problems[0]).toMatch(new RegExp(`${tablePrefix}history: .*doesn't exist`))
  })
})
