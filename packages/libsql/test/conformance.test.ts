import { freshFolder, registerCases, storeCases, whereEqualityCases } from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import { createClient } from '@libsql/client'
import { describe, it } from 'vitest'

/** Long lists take most of the time, and go through the same driver however the Store is opened. */
const shortCases = storeCases.filter(({ group }) => group !== 'long lists')

describe('a file', () => {
  registerCases(describe, it, [...storeCases, ...whereEqualityCases(150)], async () => {
    const folder = await freshFolder()
    const openAgain = () => openLibsqlStore({ url: `file:${folder.file()}` })
    const part = await openAgain()
    return {
      part,
      openAgain,
      async teardown() {
        await part.close()
        await folder.remove()
      },
    }
  })
})

describe('a client of a file', () => {
  registerCases(describe, it, shortCases, async () => {
    const folder = await freshFolder()
    const client = createClient({ url: `file:${folder.file()}` })
    const openAgain = () => openLibsqlStore({ client, tablePrefix: 'my_' })
    const part = await openAgain()
    return {
      part,
      openAgain,
      breakBackend: async () => client.close(),
      async teardown() {
        await part.close()
        client.close()
        await folder.remove()
      },
    }
  })
})

describe('a client of a database in memory', () => {
  registerCases(describe, it, shortCases, async () => {
    const client = createClient({ url: ':memory:' })
    const part = await openLibsqlStore({ client })
    const teardown = async (): Promise<void> => {
      await part.close()
      client.close()
    }
    return { part, teardown }
  })
})
