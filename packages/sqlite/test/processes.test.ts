import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { processCases, registerCases, runCase } from '@agentmem/conformance'
import type { Harness, StoreOfProcesses } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, expect, it } from 'vitest'
import { FreshFolder } from './fresh-folder.ts'

const script = fileURLToPath(new URL('child-store.ts', import.meta.url))
const execArgv = ['--experimental-strip-types', '--no-warnings']

function harness(...mode: string[]): Harness<StoreOfProcesses> {
  return async () => {
    const folder = await FreshFolder.make()
    const path = folder.file()
    return {
      part: {
        open: () => openSqliteStore({ path }),
        start: () => fork(script, [path, ...mode], { execArgv }),
      },
      teardown: () => folder[Symbol.asyncDispose](),
    }
  }
}

registerCases(describe, it, processCases, harness())

it('processes that acknowledge before they write are found out', async () => {
  for (const name of ['that write at once', 'one of which is killed']) {
    const found = processCases.filter(given => given.name.startsWith(name))
    expect(found).toHaveLength(1)
    for (const given of found) await expect(runCase(given, harness('hasty'))).rejects.toThrow()
  }
}, 60_000)
