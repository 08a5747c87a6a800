import { createHash } from 'node:crypto'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { createClient } from '@redis/client'
import { expect, test } from 'vitest'
import { entriesOf, isolated, keysOf, vectorsOf } from './sample-vectors.ts'

const scope = { model: 'a-model', dimensions: 16 }

/** A client that a user would have. */
async function connectedClient(url: string) {
  const client = createClient({ url })
  // The tests end with the server gone or the client destroyed; nobody listens then.
  client.on('error', () => {})
  await client.connect()
  return client
}

describeWithServer('redis', 'the cache', server => {
  const redisUrl = (): string => server().url
  /** A failure of Redis is one of the test. */
  const fail = (error: Error): never => {
    throw error
  }
  const open = (options: object = isolated()) =>
    openRedisEmbeddingCache({ url: redisUrl(), timeoutMs: 10_000, onUnavailable: fail, ...options })

  test('answers what was written, bit for bit and in the order of the keys', async () => {
    await using cache = await open()
    const [a, b, c, d] = entriesOf(4, scope)
    if (!a || !b || !c || !d) throw new Error('there are four')
    await cache.write(scope, [a, b, c])
    expect(await cache.read(scope, keysOf([c, d, a, c, b]))).toEqual([
      c.vector,
      undefined,
      a.vector,
      c.vector,
      b.vector,
    ])
  })

  test('is shared by all who open it with the same prefix', async () => {
    const options = isolated()
    const entries = entriesOf(3, scope)
    await using first = await open(options)
    await first.write(scope, entries)
    await using second = await open(options)
    await using stranger = await open(isolated())
    expect(await second.read(scope, keysOf(entries))).toEqual(vectorsOf(entries))
    expect(await stranger.read(scope, keysOf(entries))).toEqual([undefined, undefined, undefined])
  })

  test('keeps models and dimensions apart', async () => {
    await using cache = await open()
    const scopes = [
      { model: 'm', dimensions: 16 },
      { model: 'm:16', dimensions: 16 },
      { model: 'M', dimensions: 16 },
      { model: 'm', dimensions: 8 },
    ]
    for (const [i, each] of scopes.entries())
      await cache.write(each, entriesOf(2, each, 0).with(1, other(each, i)))
    for (const [i, each] of scopes.entries()) {
      const key = other(each, i).key
      expect(await cache.read(each, [key])).toEqual([other(each, i).vector])
      for (const [j, another] of scopes.entries()) {
        if (i !== j) expect(await cache.read(another, [key])).toEqual([undefined])
      }
    }
  })

  test('keeps raw little-endian Float32 under prefix:model-hash:dimensions:key, for ttlSeconds', async () => {
    const options = { ...isolated(), ttlSeconds: 40 }
    await using cache = await open(options)
    const [entry] = entriesOf(1, scope)
    if (!entry) throw new Error('there is one')
    await cache.write(scope, [entry])
    const client = await connectedClient(redisUrl())
    const hash = createHash('sha256').update('a-model').digest('hex')
    const key = `${options.prefix}:${hash}:16:${entry.key}`
    const bytes = await client.withTypeMapping({ 36: Buffer }).get(key)
    expect(bytes?.length).toBe(64)
    expect(Array.from(entry.vector, (_, d) => bytes?.readFloatLE(4 * d))).toEqual([...entry.vector])
    const ttl = await client.ttl(key)
    expect(ttl).toBeGreaterThan(0)
    expect(ttl).toBeLessThanOrEqual(40)
    client.destroy()
  })

  test('passes over values that are not a vector of the right length', async () => {
    const options = isolated()
    await using cache = await open(options)
    const entries = entriesOf(8, scope)
    await cache.write(scope, entries)
    const client = await connectedClient(redisUrl())
    const hash = createHash('sha256').update('a-model').digest('hex')
    const wrong = [
      Buffer.alloc(0),
      Buffer.alloc(63, 1),
      Buffer.alloc(68, 1),
      Buffer.alloc(64),
      Buffer.alloc(64, 0xff),
      // A vector of unit length, but of another dimension.
      Buffer.from(new Float32Array(17).with(0, 1).buffer),
      Buffer.from('{"vector":[0.1,0.2,0.3],"dimensions":3,"model":"something else"}'),
    ]
    for (const [i, bytes] of wrong.entries()) {
      await client.set(`${options.prefix}:${hash}:16:${entries[i]?.key}`, bytes, { EX: 60 })
    }
    const nothing = wrong.map(() => undefined)
    expect(await cache.read(scope, keysOf(entries))).toEqual([...nothing, entries[7]?.vector])
    client.destroy()
  })

  test('writes the part of a buffer that a vector is', async () => {
    await using cache = await open()
    const [a, b] = entriesOf(2, scope)
    if (!a || !b) throw new Error('there are two')
    const shared = new Float32Array(32)
    shared.set(a.vector)
    shared.set(b.vector, 16)
    await cache.write(scope, [{ key: b.key, vector: shared.subarray(16) }])
    expect(await cache.read(scope, [b.key])).toEqual([b.vector])
  })

  test('gives each reader vectors of its own', async () => {
    await using cache = await open()
    const [entry] = entriesOf(1, scope)
    if (!entry) throw new Error('there is one')
    await cache.write(scope, [entry])
    const [first] = await cache.read(scope, [entry.key])
    first?.fill(0)
    expect(await cache.read(scope, [entry.key])).toEqual([entry.vector])
  })

  test('leaves a client that it was given open', async () => {
    const client = await connectedClient(redisUrl())
    const entries = entriesOf(3, scope)
    const cache = await open({ ...isolated(), url: undefined, client })
    await cache.write(scope, entries)
    expect(await cache.read(scope, keysOf(entries))).toEqual(vectorsOf(entries))
    await cache.close()
    expect(await client.ping()).toBe('PONG')
    client.destroy()
  })

  test('says so when the client that it was given answers with text', async () => {
    const client = await connectedClient(redisUrl())
    const text = { sendCommand: (command: readonly (string | Buffer)[]) => client.sendCommand(command) }
    const said: string[] = []
    const onUnavailable = ({ message }: Error): unknown => said.push(message)
    await using cache = await open({ ...isolated(), url: undefined, client: text, onUnavailable })
    const entries = entriesOf(1, scope)
    await cache.write(scope, entries)
    expect(await cache.read(scope, keysOf(entries))).toEqual([undefined])
    expect(said).toEqual([expect.stringContaining('does not answer MGET with 1 Buffers')])
    client.destroy()
  })

  test('refuses calls after it is closed, and closes once', async () => {
    const cache = await open()
    const reading = cache.read(scope, keysOf(entriesOf(1, scope)))
    await Promise.all([cache.close(), cache.close()])
    expect(await reading).toEqual([undefined])
    await cache.close()
    await expect(cache.read(scope, ['k'])).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(cache.write(scope, [])).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('does nothing for a caller who has gone', async () => {
    await using cache = await open()
    const entries = entriesOf(1, scope)
    const signal = AbortSignal.abort()
    await expect(cache.write(scope, entries, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(cache.read(scope, keysOf(entries), { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await cache.read(scope, keysOf(entries))).toEqual([undefined])
  })
})

/** An entry that only one of the scopes writes. */
function other(each: typeof scope, i: number) {
  const [entry] = entriesOf(1, each, 100 + i)
  if (!entry) throw new Error('there is one')
  return entry
}
