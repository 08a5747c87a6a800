import { openOpenAIEmbedder } from '@agentmem/openai'
import { expect, test } from 'vitest'
import { behaveWell, dimensions, embeddingsOf, startServer, vectorsOf } from './embeddings-server.ts'
import { openOnServer } from './open-on-server.ts'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `note number ${i}`)

test('a call is cut into requests of at most maxTextsPerRequest texts', async () => {
  await using opened = await openOnServer(behaveWell, { maxTextsPerRequest: 10, concurrency: 1 })
  const { embedder, server } = opened
  const texts = numbered(25)
  expect(await embedder.embed(texts)).toEqual(await vectorsOf(texts))
  expect(server.requests.map(({ body }) => body.input.length)).toEqual([10, 10, 5])
})

test('a call is cut into requests of at most maxTokensPerRequest tokens', async () => {
  const countTokens = (text: string): number => text.length
  await using opened = await openOnServer(behaveWell, {
    maxTokensPerRequest: 10,
    countTokens,
    concurrency: 1,
  })
  const { embedder, server } = opened
  await embedder.embed(['aaaa', 'bbbb', 'cc', 'd', 'much longer than ten', 'e'])
  expect(server.requests.map(({ body }) => body.input)).toEqual([
    ['aaaa', 'bbbb', 'cc'],
    ['d'],
    ['much longer than ten'],
    ['e'],
  ])
})

test('no more than `concurrency` requests are in flight, over all calls', async () => {
  let running = 0
  let most = 0
  await using opened = await openOnServer(
    async request => {
      most = Math.max(most, ++running)
      // Long enough for others to arrive, were they sent.
      for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
      running--
      return { body: await embeddingsOf(request) }
    },
    { maxTextsPerRequest: 1, concurrency: 3 },
  )
  const { embedder, server } = opened
  await Promise.all([embedder.embed(numbered(10)), embedder.embed(numbered(10))])
  expect(server.requests).toHaveLength(20)
  expect(most).toBe(3)
})

test('a request holds the model, the key and the headers', async () => {
  await using opened = await openOnServer(behaveWell, { apiKey: 'key-1', headers: { 'x-project': 'p' } })
  await opened.embedder.embed(['text'])
  const [request] = opened.server.requests
  expect(request).toMatchObject({
    path: '/v1/embeddings',
    headers: { authorization: 'Bearer key-1', 'x-project': 'p', 'content-type': 'application/json' },
    body: { model: 'hash', input: ['text'], encoding_format: 'base64' },
  })
  expect(request?.body).not.toHaveProperty('dimensions')
})

test('dimensions are sent when that is asked for', async () => {
  await using opened = await openOnServer(behaveWell, { sendDimensions: true })
  await opened.embedder.embed(['text'])
  expect(opened.server.requests[0]?.body.dimensions).toBe(dimensions)
})

test('a shortened text-embedding-3 model is asked for its dimensions', async () => {
  await using opened = await openOnServer(behaveWell, { model: 'text-embedding-3-small' })
  await opened.embedder.embed(['text'])
  expect(opened.server.requests[0]?.body).toMatchObject({ model: 'text-embedding-3-small', dimensions })
})

test('the query string of baseUrl is kept', async () => {
  await using server = await startServer()
  const baseUrl = `${server.baseUrl}/deployments/d/?api-version=2024-02-01`
  await using embedder = await openOpenAIEmbedder({ model: 'hash', dimensions, baseUrl })
  await embedder.embed(['text'])
  expect(server.requests[0]?.path).toBe('/v1/deployments/d/embeddings?api-version=2024-02-01')
})

test('documents and queries get their prefixes, which are part of the identity', async () => {
  const prefixes = { documentPrefix: 'passage: ', queryPrefix: 'query: ' }
  await using opened = await openOnServer(behaveWell, prefixes)
  const { embedder, server } = opened
  await embedder.embed(['a'])
  await embedder.embed(['a'], { as: 'query' })
  expect(server.requests.map(({ body }) => body.input)).toEqual([['passage: a'], ['query: a']])
  expect(embedder.model).toBe('hash {"document":"passage: ","query":"query: "}')
  expect(server.requests[0]?.body.model).toBe('hash')
})

test('stats count texts, requests and the tokens that the endpoint reports', async () => {
  await using opened = await openOnServer(behaveWell, { maxTextsPerRequest: 2 })
  await opened.embedder.embed(['a', 'b', 'c'])
  expect(opened.embedder.stats()).toEqual({ texts: 3, truncated: 0, requests: 2, retries: 0, tokens: 3 })
})
