import { freshFolder, registerCases, storeCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, it } from 'vitest'
import { closeConnectionsTo } from './watched-driver.ts'

async function fileSetup(tablePrefix: string): Promise<Setup<Store>> {
  const folder = await freshFolder()
  const options = { path: folder.file(), tablePrefix }
  const part = await openSqliteStore(options)
  return {
    part,
    openAgain: () => openSqliteStore(options),
    breakBackend: async () => closeConnectionsTo(options.path),
    async teardown() {
      await part.close()
      await folder.remove()
    },
  }
}

/** Long lists take most of the time, and go through the same driver however the Store is opened. */
const shortCases = storeCases.filter(({ group }) => group !== 'long lists')

describe('a file', () => {
  registerCases(describe, it, storeCases, () => fileSetup(''))
})

describe('a file whose tables have a prefix', () => {
  registerCases(describe, it, shortCases, () => fileSetup('my_'))
})

describe('memory', () => {
  registerCases(describe, it, shortCases, async () => {
    const part = await openSqliteStore({ path: ':memory:' })
    return { part, teardown: () => part.close() }
  })
})
