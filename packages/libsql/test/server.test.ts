import { freshFolder, registerCases, storeCases, storedRecords } from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import { describe, expect, it } from 'vitest'
import { HranaServer } from './hrana-server.ts'

describe('a server', () => {
  registerCases(describe, it, storeCases, async () => {
    const folder = await freshFolder()
    const server = await HranaServer.start(folder.file())
    const openAgain = () => openLibsqlStore({ url: server.url })
    const part = await openAgain()
    return {
      part,
      openAgain,
      breakBackend: () => server[Symbol.asyncDispose](),
      async teardown() {
        await part.close()
        await server[Symbol.asyncDispose]()
        await folder.remove()
      },
    }
  })
})

it('a put of 1,000 takes five round trips, and a server that is gone is UNAVAILABLE', async () => {
  await using folder = await freshFolder()
  const server = await HranaServer.start(folder.file())
  await using store = await openLibsqlStore({ url: server.url })
  await store.put(storedRecords(1, () => ({ id: 'first' })))
  const before = server.requests
  await store.put(storedRecords(1000))
  expect(server.requests - before).toBeLessThanOrEqual(5)
  await server[Symbol.asyncDispose]()
  await expect(store.head()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
})
