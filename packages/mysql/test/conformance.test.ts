import { registerCases, storeCases, whereEqualityCases } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openMysqlStore } from '@agentmem/mysql'
import type { Server } from '@agentmem/testcontainers'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely, MysqlDialect } from 'kysely'
import type { Pool } from 'mysql2/promise'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { TestTables } from './test-tables.ts'

// Nothing here is about a loss of power: a private server may write its log without a sync.
const settings = ['--innodb-flush-log-at-trx-commit=0']

/** Long lists take most of the time, and go through the same driver however the Store is opened. */
const shortCases = storeCases.filter(({ group }) => group !== 'long lists')

const cases = (server: () => Server): void => {
  let tables: TestTables
  let pool: Pool
  // oxlint-disable-next-line typescript/no-explicit-any -- a user's Kysely may be of any tables
  let db: Kysely<any>
  beforeAll(async () => {
    tables = await TestTables.make(server().url)
    pool = tables.pool()
    db = new Kysely({ dialect: new MysqlDialect({ pool: tables.pool().pool }) })
  })
  afterAll(async () => {
    await pool.end()
    await db.destroy()
    await tables[Symbol.asyncDispose]()
  })

  function conforms(
    title: string,
    tablePrefix: string,
    open: () => Promise<Store>,
    cases = shortCases,
  ): void {
    describe(title, () => {
      registerCases(describe, it, cases, async () => {
        await tables.empty(tablePrefix)
        const part = await open()
        return {
          part,
          openAgain: open,
          breakBackend: () => tables.drop(tablePrefix),
          teardown: () => part.close(),
        }
      })
    })
  }

  const all = [...storeCases, ...whereEqualityCases(150)]
  conforms('of a url', '', () => openMysqlStore({ url: tables.url }), all)
  conforms('of a pool, its tables with a prefix', 'my_', () => openMysqlStore({ pool, tablePrefix: 'my_' }))
  conforms('of a Kysely', 'k_', () => openMysqlStore({ db, tablePrefix: 'k_' }))
}

describeWithServer('mysql', 'the mysql store', cases, { settings })
