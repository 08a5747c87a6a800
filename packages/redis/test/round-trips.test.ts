import { openRedisEmbeddingCache } from '@agentmem/redis'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, test } from 'vitest'
import { startProxy } from './redis-proxy.ts'
import { entriesOf, isolated, keysOf, vectorsOf } from './sample-vectors.ts'

describeWithServer('redis', 'the round trips', server => {
  async function openOnProxy() {
    const proxy = await startProxy(server().url)
    const onUnavailable = (error: Error): never => {
      throw error
    }
    const cache = await openRedisEmbeddingCache({
      url: proxy.url,
      timeoutMs: 20_000,
      ...isolated(),
      onUnavailable,
    })
    return {
      proxy,
      cache,
      async [Symbol.asyncDispose]() {
        await cache.close()
        await proxy[Symbol.asyncDispose]()
      },
    }
  }

  test('1,000 vectors of 384 dimensions are written in one and read in one, connecting included', async () => {
    await using opened = await openOnProxy()
    const { proxy, cache } = opened
    const scope = { model: 'm', dimensions: 384 }
    const entries = entriesOf(1000, scope)
    // No reply comes before all commands are there: one that waits for a reply would wait in vain.
    proxy.holdReplies(1000)
    await cache.write(scope, entries)
    expect(proxy.commands).toEqual(entries.map(() => 'SET'))
    expect(await cache.read(scope, keysOf(entries))).toEqual(vectorsOf(entries))
    expect(proxy.commands.slice(1000)).toEqual(['MGET'])
  })

  test('1,000 vectors of 3,072 dimensions are read in two', async () => {
    await using opened = await openOnProxy()
    const { proxy, cache } = opened
    const scope = { model: 'm', dimensions: 3072 }
    const entries = entriesOf(1000, scope)
    await cache.write(scope, entries)
    const before = proxy.commands.length
    expect(await cache.read(scope, keysOf(entries))).toEqual(vectorsOf(entries))
    expect(proxy.commands.slice(before)).toEqual(['MGET', 'MGET'])
  })

  test('nothing is sent for nothing, not even to connect', async () => {
    await using opened = await openOnProxy()
    const { proxy, cache } = opened
    const scope = { model: 'm', dimensions: 8 }
    expect(await cache.read(scope, [])).toEqual([])
    await cache.write(scope, [])
    expect(proxy.connections).toBe(0)
  })
})
