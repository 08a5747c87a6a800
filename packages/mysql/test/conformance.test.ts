import { registerCases, storeCases } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { TestTables } from './test-tables.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await TestTables.make(process.env['AGENTMEM_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306/test')
})
afterAll(() => tables[Symbol.asyncDispose]())

describe('a url', () => {
  registerCases(describe, it, storeCases, async () => {
    await tables.empty('')
    const openAgain = () => openMysqlStore({ url: tables.url })
    const part = await openAgain()
    return { part, openAgain, teardown: () => part.close() }
  })
})
