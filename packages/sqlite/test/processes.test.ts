import {
  childStore,
  freshFolder,
  inferKillCases,
  inferUntilKilled,
  processCases,
  registerCases,
  runCase,
} from '@agentmem/conformance'
import type { Harness, StoreOfProcesses } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, expect, it } from 'vitest'

const sqlite = { module: import.meta.resolve('@agentmem/sqlite'), open: 'openSqliteStore' }
const hasty = { module: import.meta.resolve('./open-hasty-store.ts'), open: 'openHastyStore' }

function harness(opening: typeof sqlite): Harness<StoreOfProcesses> {
  return async () => {
    const folder = await freshFolder()
    const options = { path: folder.file() }
    return {
      part: {
        open: () => openSqliteStore(options),
        start: () => childStore({ ...opening, options }),
      },
      teardown: folder.remove,
    }
  }
}

registerCases(describe, it, processCases, harness(sqlite))

registerCases(
  describe,
  it,
  inferKillCases(),
  async () => {
    const folder = await freshFolder()
    const options = { path: folder.file() }
    return {
      part: {
        open: () => openSqliteStore(options),
        start: (writer: string) => inferUntilKilled({ ...sqlite, options, writer }),
      },
      teardown: folder.remove,
    }
  },
  900_000,
)

it('processes that acknowledge before they write are found out', async () => {
  for (const name of ['that write at once', 'one of which is killed']) {
    const found = processCases.filter(given => given.name.startsWith(name))
    expect(found).toHaveLength(1)
    for (const given of found) await expect(runCase(given, harness(hasty))).rejects.toThrow()
  }
}, 60_000)
