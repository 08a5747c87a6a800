import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { processCases, registerCases } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, it } from 'vitest'
import { FreshFolder } from './fresh-folder.ts'

const script = fileURLToPath(new URL('child-store.ts', import.meta.url))
const execArgv = ['--experimental-strip-types', '--no-warnings']

registerCases(describe, it, processCases, async () => {
  const folder = await FreshFolder.make()
  const path = folder.file()
  return {
    part: { open: () => openSqliteStore({ path }), start: () => fork(script, [path], { execArgv }) },
    teardown: () => folder[Symbol.asyncDispose](),
  }
})
