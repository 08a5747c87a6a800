import {
  freshFolder,
  keyOf,
  registerCases,
  silentProxy,
  storeCases,
  storedRecord,
  storedRecords,
} from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import { describe, expect, it } from 'vitest'
import { HranaServer } from '@agentmem/testcontainers'

describe('a server that does not answer any more', () => {
  const abortCases = storeCases.filter(({ group }) => group === 'abort')
  registerCases(describe, it, abortCases, async () => {
    const folder = await freshFolder()
    const server = await HranaServer.start(folder.file())
    const proxy = await silentProxy(server.url)
    const open = () => openLibsqlStore({ url: proxy.url })
    const part = await open()
    return {
      part,
      openAgain: open,
      silenceBackend: async () => proxy.holdAnswers(),
      async teardown() {
        await part.close()
        await proxy.close()
        await server[Symbol.asyncDispose]()
        await folder.remove()
      },
    }
  })
})

it('a call ends with TIMEOUT, and the next goes well when the server answers again', async () => {
  await using folder = await freshFolder()
  await using server = await HranaServer.start(folder.file())
  await using proxy = await silentProxy(server.url)
  await using store = await openLibsqlStore({ url: proxy.url, statementTimeoutMs: 300 })
  await store.put(storedRecords(3))
  proxy.holdAnswers()
  await expect(store.head()).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
  proxy.passAnswers()
  expect((await store.get([keyOf(storedRecord(1))]))[0]?.id).toBe(storedRecord(1).id)
  proxy.holdAnswers()
  const patch = { key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 1 }
  for (const call of [() => store.put([storedRecord(5)]), () => store.patch([patch])])
    await expect(call()).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
})

it('a file has no such limit', async () => {
  const opening = openLibsqlStore({ url: 'file::memory:', statementTimeoutMs: 300 })
  await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})
