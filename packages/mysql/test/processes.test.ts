import {
  childStore,
  inferKillCases,
  inferUntilKilled,
  processCases,
  registerCases,
} from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, it } from 'vitest'
import { TestTables } from './test-tables.ts'

const opening = { module: import.meta.resolve('@agentmem/mysql'), open: 'openMysqlStore' }

describeWithServer(
  'mysql',
  'several processes',
  server => {
    registerCases(describe, it, processCases, async () => {
      const tables = await TestTables.make(server().url)
      const options = { url: tables.url }
      return {
        part: { open: () => openMysqlStore(options), start: () => childStore({ ...opening, options }) },
        teardown: () => tables[Symbol.asyncDispose](),
      }
    })

    registerCases(
      describe,
      it,
      inferKillCases(),
      async () => {
        const tables = await TestTables.make(server().url)
        const options = { url: tables.url }
        return {
          part: {
            open: () => openMysqlStore(options),
            start: (writer: string) => inferUntilKilled({ ...opening, options, writer }),
          },
          teardown: () => tables[Symbol.asyncDispose](),
        }
      },
      900_000,
    )
  },
  { settings: ['--innodb-flush-log-at-trx-commit=0'] },
)
