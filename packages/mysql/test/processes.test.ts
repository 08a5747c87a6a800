import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { processCases, registerCases } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, it } from 'vitest'
import { TestTables } from './test-tables.ts'

const script = fileURLToPath(new URL('child-store.ts', import.meta.url))
const execArgv = ['--experimental-strip-types', '--no-warnings']

describeWithServer(
  'mysql',
  'several processes',
  server => {
    registerCases(describe, it, processCases, async () => {
      const tables = await TestTables.make(server().url)
      const { url } = tables
      return {
        part: { open: () => openMysqlStore({ url }), start: () => fork(script, [url], { execArgv }) },
        teardown: () => tables[Symbol.asyncDispose](),
      }
    })
  },
  { settings: ['--innodb-flush-log-at-trx-commit=0'] },
)
