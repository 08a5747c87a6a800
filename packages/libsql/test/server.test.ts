import {
  freshFolder,
  keyOf,
  lostReplyCases,
  registerCases,
  silentProxy,
  storeCases,
  storedRecord,
  storedRecords,
} from '@agentmem/conformance'
import type { SilentProxy } from '@agentmem/conformance'
import { openLibsqlStore } from '@agentmem/libsql'
import { describe, expect, it } from 'vitest'
import { HranaServer } from '@agentmem/testcontainers'

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

describe('a server whose reply to a COMMIT is lost', () => {
  registerCases(describe, it, lostReplyCases, async () => {
    const folder = await freshFolder()
    const server = await HranaServer.start(folder.file(), { streamTimeoutMs: 300 })
    const proxy = await silentProxy(server.url)
    const store = await openLibsqlStore({ url: proxy.url })
    const pass: SilentProxy['onSent'] = () => 'pass'
    const loseReply = (): void => {
      proxy.onSent = sent => {
        if (!/"COMMIT"/i.test(sent.toString())) return 'pass'
        proxy.onSent = pass
        return 'cutAfter'
      }
    }
    const teardown = async (): Promise<void> => {
      await store.close()
      await proxy.close()
      await server[Symbol.asyncDispose]()
      await folder.remove()
    }
    return { part: { store, loseReply, lost: () => proxy.cuts }, teardown }
  })

  it('has done a patch once, and answers it', async () => {
    await using folder = await freshFolder()
    await using server = await HranaServer.start(folder.file(), { streamTimeoutMs: 300 })
    await using proxy = await silentProxy(server.url)
    await using store = await openLibsqlStore({ url: proxy.url })
    await store.put(storedRecords(3))
    proxy.onSent = sent => {
      if (proxy.cuts > 0 || !/"COMMIT"/i.test(sent.toString())) return 'pass'
      return 'cutAfter'
    }
    const patch = { key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 5, expectVersion: 1 }
    expect(await store.patch([patch])).toEqual({ missing: [], span: { after: 3, upTo: 4 } })
    expect(proxy.cuts).toBe(1)
    expect((await store.get([patch.key]))[0]?.version).toBe(2)
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
