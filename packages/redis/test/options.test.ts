import { inspect } from 'node:util'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import { expect, test } from 'vitest'

const url = 'redis://127.0.0.1:1'
const client = { sendCommand: async (): Promise<unknown> => [] }

test.each<[object, RegExp]>([
  [{}, /either url or client/],
  [{ url, client }, /either url or client/],
  [{ url, ttl: 5 }, /no option 'ttl'; there are/],
  [{ url: 'http://:hidden-password@127.0.0.1' }, /no address of Redis/],
  [{ url: 'hidden-password@127.0.0.1' }, /no address of Redis/],
  [{ url: 7 }, /no address of Redis/],
  [{ client: {} }, /client without sendCommand/],
  [{ client: null }, /client without sendCommand/],
  [{ url, prefix: '' }, /prefix: ""/],
  [{ url, ttlSeconds: 0 }, /ttlSeconds: 0; give a whole number from 1/],
  [{ url, ttlSeconds: 1.5 }, /ttlSeconds: 1.5/],
  [{ url, timeoutMs: '5' }, /timeoutMs: "5"/],
  [{ url, retryAfterMs: -1 }, /retryAfterMs: -1/],
  [{ url, onUnavailable: true }, /onUnavailable/],
])('%j is refused', async (options, message) => {
  const error: unknown = await openRedisEmbeddingCache(options).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
  expect(inspect(error, { depth: Infinity })).not.toContain('hidden-password')
})

test('opening connects to nothing', async () => {
  const said: unknown[] = []
  await using cache = await openRedisEmbeddingCache({ url, onUnavailable: error => said.push(error) })
  expect(cache.name).toBe('redis')
  expect(said).toEqual([])
})
