import { once } from 'node:events'
import type { EventEmitter } from 'node:events'
import { ExactIndex, HashEmbedder, MapStore, Memory } from '@agentmem/core'
import type { MemoryError } from '@agentmem/core/adapter'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import type { RedisEmbeddingCacheOptions } from '@agentmem/redis'
import type { OwnServer } from '@agentmem/testcontainers'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { createClient } from '@redis/client'
import { expect, test, vi } from 'vitest'
import { startProxy } from './redis-proxy.ts'
import { entriesOf, keysOf, vectorsOf } from './sample-vectors.ts'

const scope = { model: 'm', dimensions: 16 }
const entries = entriesOf(5, scope)
const keys = keysOf(entries)
const vectors = vectorsOf(entries)
const nothing = keys.map(() => undefined)
/** Long enough to outlast a test: a cache that has failed once leaves Redis alone. */
const never = 1_000_000

/** Unlike once of node:events, not rejected by the errors that come before. */
const emitted = (client: EventEmitter, event: string): Promise<void> =>
  new Promise(resolve => client.once(event, () => resolve()))

/** Empty, and with the settings it began with. */
async function restarted(server: OwnServer): Promise<OwnServer> {
  await server.restart()
  return server
}

/** A cache, and what it has said. Without `retryAfterMs` it tries again at every call. */
async function openListening(options: RedisEmbeddingCacheOptions) {
  const said: MemoryError[] = []
  const cache = await openRedisEmbeddingCache({
    timeoutMs: 5_000,
    retryAfterMs: 0,
    onUnavailable: error => said.push(error),
    ...options,
  })
  return { cache, said, [Symbol.asyncDispose]: () => cache.close() }
}

describeWithServer(
  'redis',
  'a Redis that is away',
  server => {
    test('from the start: the cache opens, answers with nothing and says so once', async () => {
      const redis = await restarted(server())
      await redis.kill()
      await using opened = await openListening({ url: redis.url })
      const { cache, said } = opened
      for (let call = 0; call < 5; call++) {
        await cache.write(scope, entries)
        expect(await cache.read(scope, keys)).toEqual(nothing)
      }
      expect(said).toMatchObject([
        { code: 'UNAVAILABLE', message: expect.stringContaining('ECONNREFUSED') as string },
      ])
      expect(cache.failures).toBe(10)
    })

    test('is counted in the statistics of a memory', async () => {
      const redis = await restarted(server())
      await redis.kill()
      const { cache: shared } = await openListening({ url: redis.url })
      const embedder = new HashEmbedder()
      const index = new ExactIndex(embedder.dimensions)
      await using memory = await Memory.open({ store: new MapStore(), index, embedder, cache: { shared } })
      await memory.addBatch(['tea', 'milk'], { userId: 'alice' })
      await vi.waitFor(async () => {
        expect((await memory.stats()).embedder['sharedFailures']).toBe(2)
      })
    })

    test('for calls at the same time: it is said once', async () => {
      const redis = await restarted(server())
      await redis.kill()
      await using opened = await openListening({ url: redis.url })
      const answers = await Promise.all(Array.from({ length: 50 }, () => opened.cache.read(scope, keys)))
      expect(answers).toEqual(answers.map(() => nothing))
      expect(opened.said).toHaveLength(1)
    })

    test('in the middle, and back: killed and started again twice', async () => {
      const redis = await restarted(server())
      await using opened = await openListening({ url: redis.url })
      const { cache, said } = opened
      for (const outages of [0, 1, 2]) {
        await cache.write(scope, entries)
        expect(await cache.read(scope, keys)).toEqual(vectors)
        expect(said).toHaveLength(outages)
        if (outages === 2) break
        await redis.kill()
        expect(await cache.read(scope, keys)).toEqual(nothing)
        await cache.write(scope, entries)
        expect(await cache.read(scope, keys)).toEqual(nothing)
        expect(said).toHaveLength(outages + 1)
        await redis.restart()
      }
    })

    test('under a client that was given: its owner connects it again, the cache goes on', async () => {
      const redis = await restarted(server())
      const client = createClient({ url: redis.url, socket: { reconnectStrategy: () => 5 } })
      client.on('error', () => {})
      await client.connect()
      await using opened = await openListening({ client, timeoutMs: 200 })
      const { cache, said } = opened
      try {
        await cache.write(scope, entries)
        expect(await cache.read(scope, keys)).toEqual(vectors)
        const lost = emitted(client, 'reconnecting')
        await redis.kill()
        await lost
        expect(await cache.read(scope, keys)).toEqual(nothing)
        expect(said).toHaveLength(1)
        const back = emitted(client, 'ready')
        await redis.restart()
        await back
        await cache.write(scope, entries)
        expect(await cache.read(scope, keys)).toEqual(vectors)
      } finally {
        client.destroy()
      }
    })
  },
  { own: true },
)

describeWithServer(
  'redis',
  'a Redis that does not answer',
  server => {
    test('is waited for once; then it is asked nothing until the pause is over', async () => {
      const redis = await restarted(server())
      await using proxy = await startProxy(redis.url)
      await using opened = await openListening({ url: proxy.url, timeoutMs: 300, retryAfterMs: never })
      const { cache, said } = opened
      await cache.write(scope, entries)
      redis.pause()
      expect(await cache.read(scope, keys)).toEqual(nothing)
      expect(said).toMatchObject([
        { message: expect.stringContaining('no answer in 300 ms, the timeoutMs') as string },
      ])
      const { connections, commands } = proxy
      const asked = commands.length
      for (let call = 0; call < 100; call++) expect(await cache.read(scope, keys)).toEqual(nothing)
      expect(proxy.commands).toHaveLength(asked)
      expect(proxy.connections).toBe(connections)
      redis.resume()
    })

    test('is used again when it does', async () => {
      const redis = await restarted(server())
      await using opened = await openListening({ url: redis.url, timeoutMs: 300 })
      const { cache, said } = opened
      await cache.write(scope, entries)
      redis.pause()
      expect(await cache.read(scope, keys)).toEqual(nothing)
      redis.resume()
      await vi.waitFor(async () => expect(await cache.read(scope, keys)).toEqual(vectors), {
        timeout: 10_000,
      })
      expect(said).toHaveLength(1)
    })

    test('through one connection is reached through another', async () => {
      const redis = await restarted(server())
      await using proxy = await startProxy(redis.url)
      await using opened = await openListening({ url: proxy.url, timeoutMs: 1_000 })
      const { cache } = opened
      await cache.write(scope, entries)
      proxy.freeze()
      expect(await cache.read(scope, keys)).toEqual(nothing)
      expect(await cache.read(scope, keys)).toEqual(vectors)
      expect(proxy.connections).toBe(2)
    })

    test('does not keep a caller who goes away', async () => {
      const redis = await restarted(server())
      await using opened = await openListening({ url: redis.url, timeoutMs: 20_000 })
      const { cache, said } = opened
      await cache.write(scope, entries)
      redis.pause()
      const controller = new AbortController()
      const reading = cache.read(scope, keys, { signal: controller.signal })
      controller.abort()
      await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
      redis.resume()
      expect(await cache.read(scope, keys)).toEqual(vectors)
      expect(said).toEqual([])
    })
  },
  { own: true },
)

describeWithServer(
  'redis',
  'a Redis that refuses',
  server => {
    async function admin(url: string, ...command: string[]): Promise<void> {
      const client = createClient({ url })
      client.on('error', () => {})
      await client.connect()
      await client.sendCommand(command)
      client.destroy()
    }

    test('to write, being full, still answers reads', async () => {
      const redis = await restarted(server())
      await using opened = await openListening({ url: redis.url, retryAfterMs: never })
      const { cache, said } = opened
      await cache.write(scope, entries)
      await admin(redis.url, 'CONFIG', 'SET', 'maxmemory', '1')
      for (let call = 0; call < 3; call++) {
        await cache.write(scope, entries)
        expect(await cache.read(scope, keys)).toEqual(vectors)
      }
      expect(said).toMatchObject([{ message: expect.stringContaining('OOM') as string }])
    })

    test('a password is said without the password', async () => {
      const redis = await restarted(server())
      await admin(redis.url, 'CONFIG', 'SET', 'requirepass', 'right-password')
      await using opened = await openListening({ url: redis.url.replace('//', '//:wrong-password@') })
      expect(await opened.cache.read(scope, keys)).toEqual(nothing)
      expect(opened.said).toMatchObject([{ message: expect.stringContaining('WRONGPASS') as string }])
      expect(String(opened.said[0]?.stack)).not.toContain('wrong-password')
      await using right = await openListening({ url: redis.url.replace('//', '//:right-password@') })
      await right.cache.write(scope, entries)
      expect(await right.cache.read(scope, keys)).toEqual(vectors)
    })
  },
  { own: true },
)

test('at localhost, tried by IPv6 and IPv4: the reason is said', async () => {
  await using opened = await openListening({ url: 'redis://localhost:1' })
  await opened.cache.read(scope, keys)
  expect(opened.said).toMatchObject([{ message: expect.stringContaining('ECONNREFUSED') as string }])
})

test('without onUnavailable, the process is warned', async () => {
  const warned = once(process, 'warning')
  const cache = await openRedisEmbeddingCache({ url: 'redis://127.0.0.1:1' })
  expect(await cache.read(scope, keys)).toEqual(nothing)
  expect(await warned).toMatchObject([{ name: 'AgentmemWarning', code: 'AGENTMEM_REDIS_UNAVAILABLE' }])
  await cache.close()
})
