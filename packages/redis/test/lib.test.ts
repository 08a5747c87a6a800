import { packVector } from '@agentmem/core/adapter'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import type { RedisLibrary } from '@agentmem/redis'
import { expect, test, vi } from 'vitest'

vi.mock('@redis/client', () => {
  throw new Error('@redis/client is imported.')
})

const url = 'redis://127.0.0.1:1'
const scope = { model: 'm', dimensions: 2 }
const vector = Float32Array.of(0.6, 0.8)
const sendCommand = async (): Promise<unknown> => [packVector(vector)]

test('with lib, its createClient is used and nothing is imported', async () => {
  const addresses: unknown[] = []
  const createClient = (options: { readonly url: string }): object => {
    addresses.push(options.url)
    return { sendCommand, connect: async () => ({ sendCommand }), on() {}, destroy() {} }
  }
  const lib = { createClient } as unknown as RedisLibrary
  await using cache = await openRedisEmbeddingCache({ url, lib })
  expect(await cache.read(scope, ['a'])).toEqual([vector])
  expect(addresses).toEqual([url])
})

test('with a client, nothing is imported', async () => {
  await using cache = await openRedisEmbeddingCache({ client: { sendCommand } })
  expect(await cache.read(scope, ['a'])).toEqual([vector])
})

test('without either, a library that cannot be loaded is NOT_INSTALLED with the command', async () => {
  await expect(openRedisEmbeddingCache({ url })).rejects.toMatchObject({
    code: 'NOT_INSTALLED',
    message: expect.stringMatching(
      /^@redis\/client cannot be loaded \(.+\)\. Run: npm install @redis\/client$/,
    ) as string,
  })
})
