import { inspect } from 'node:util'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import { expect, test } from 'vitest'

const url = 'redis://127.0.0.1:1'
const client = { sendCommand: async (): Promise<unknown> => [] }

const noAddress = /needs a url such as 'redis:\/\/localhost:6379' as its url; the value given is another/

test.each<[object, RegExp]>([
  [{}, /needs one of url and client, and was given none/],
  [{ url: undefined, client: undefined }, /needs one of url and client, and was given none/],
  [{ url, client }, /needs one of url and client, and was given url and client/],
  [{ url, ttl: 5 }, /no option 'ttl'; there are url, client, /],
  [{ url: 'http://:hidden-password@127.0.0.1' }, noAddress],
  [{ url: 'hidden-password@127.0.0.1' }, noAddress],
  [{ url: 7 }, noAddress],
  [{ url: null }, noAddress],
  [{ client: {} }, /client: an object; give a connected client with sendCommand/],
  [{ client: { url: 'redis://:hidden-password@127.0.0.1' } }, /client: an object; give a connected client/],
  [{ client: null }, /client: null; give a connected client with sendCommand/],
  [{ url, prefix: '' }, /prefix: ""; give 1 to 128 characters/],
  [{ url, prefix: 'a'.repeat(129) }, /prefix: "a+\.\.\."/],
  [{ url, prefix: null }, /prefix: null/],
  [{ url, ttlSeconds: 0 }, /ttlSeconds: 0; give a whole number from 1/],
  [{ url, ttlSeconds: 1.5 }, /ttlSeconds: 1.5/],
  [{ url, ttlSeconds: 2_147_483_648 }, /ttlSeconds: 2147483648; give a whole number from 1 to 2147483647/],
  [{ url, timeoutMs: '5' }, /timeoutMs: "5"/],
  [{ url, timeoutMs: null }, /timeoutMs: null/],
  [{ url, retryAfterMs: -1 }, /retryAfterMs: -1/],
  [{ url, onUnavailable: true }, /onUnavailable: true; give a function/],
  [{ url, lib: 'redis' }, /lib: "redis"; give the library @redis\/client/],
])('%j is refused', async (options, message) => {
  const error: unknown = await openRedisEmbeddingCache(options as never).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
  expect(inspect(error, { depth: Infinity })).not.toContain('hidden-password')
})

test('opening connects to nothing, and an option that is undefined is left out', async () => {
  const said: unknown[] = []
  const left = { client: undefined, prefix: undefined, ttlSeconds: undefined, lib: undefined }
  await using cache = await openRedisEmbeddingCache({
    url,
    ...left,
    onUnavailable: error => said.push(error),
  })
  expect(cache.name).toBe('redis')
  expect(said).toEqual([])
})
