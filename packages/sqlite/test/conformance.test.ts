import { registerCases, storeCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { describe, it } from 'vitest'
import { FreshFolder } from './fresh-folder.ts'
import { closeConnectionsTo } from './watched-driver.ts'

async function fileSetup(tablePrefix: string): Promise<Setup<Store>> {
  const folder = await FreshFolder.make()
  const options = { path: folder.file(), tablePrefix }
  const part = await openSqliteStore(options)
  return {
    part,
    openAgain: () => openSqliteStore(options),
    breakBackend: async () => closeConnectionsTo(options.path),
    async teardown() {
      await part.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe('a file', () => {
  registerCases(describe, it, storeCases, () => fileSetup(''))
})

describe('a file whose tables have a prefix', () => {
  registerCases(describe, it, storeCases, () => fileSetup('my_'))
})

describe('memory', () => {
  registerCases(describe, it, storeCases, async () => {
    const part = await openSqliteStore({ path: ':memory:' })
    return { part, teardown: () => part.close() }
  })
})
