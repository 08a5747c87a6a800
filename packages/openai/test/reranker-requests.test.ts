import { describe, expect, test } from 'vitest'
import { refusal } from './json-server.ts'
import { behaveWell, openOnRerankServer, rankedOf, scoresOf } from './rerank-server.ts'

const texts = ['green tea', 'a boat']

test('a request holds the model, the query, the texts as documents, the key and the headers', async () => {
  await using opened = await openOnRerankServer(behaveWell, {
    apiKey: 'key-1',
    headers: { 'x-project': 'p' },
  })
  await opened.reranker.rerank('tea', texts)
  const [request] = opened.server.requests
  expect(request).toMatchObject({
    path: '/v1/rerank',
    headers: { authorization: 'Bearer key-1', 'x-project': 'p', 'content-type': 'application/json' },
  })
  expect(request?.body).toEqual({ model: 'words', query: 'tea', documents: texts })
})

test("with shape: 'texts' it is what Text Embeddings Inference takes", async () => {
  await using opened = await openOnRerankServer(({ body }) => ({ body: rankedOf(body) }), { shape: 'texts' })
  expect(await opened.reranker.rerank('tea', texts)).toEqual(scoresOf('tea', texts))
  expect(opened.server.requests[0]?.body).toEqual({ query: 'tea', texts, truncate: true })
  expect(opened.reranker).toMatchObject({ model: 'words', batchSize: 32 })
})

test('parameters go with each request, and may replace truncate', async () => {
  await using vllm = await openOnRerankServer(behaveWell, { parameters: { truncate_prompt_tokens: -1 } })
  await vllm.reranker.rerank('tea', texts)
  expect(vllm.server.requests[0]?.body).toMatchObject({ truncate_prompt_tokens: -1, documents: texts })
  const parameters = { truncate: false, truncation_direction: 'Left' }
  await using tei = await openOnRerankServer(behaveWell, { shape: 'texts', parameters })
  await tei.reranker.rerank('tea', texts)
  expect(tei.server.requests[0]?.body).toEqual({ query: 'tea', texts, ...parameters })
})

test('the query string of baseUrl is kept', async () => {
  await using server = await openOnRerankServer()
  const { baseUrl } = server.server
  await using opened = await openOnRerankServer(behaveWell, { baseUrl: `${baseUrl}/m/?version=2` })
  await opened.reranker.rerank('tea', texts)
  expect(server.server.requests[0]?.path).toBe('/v1/m/rerank?version=2')
})

test('more texts than batchSize are sent in several requests, and the scores stay in place', async () => {
  await using opened = await openOnRerankServer(behaveWell, { batchSize: 2 })
  const many = ['tea', 'a boat', 'black tea', 'a car', 'green tea']
  expect(await opened.reranker.rerank('green tea', many)).toEqual([0.5, 0, 0.5, 0, 1])
  expect(opened.server.requests.map(({ body }) => body.documents?.length)).toEqual([2, 2, 1])
})

describe('what may pass is tried again', () => {
  test.each([429, 500, 503])('status %i', async status => {
    await using opened = await openOnRerankServer((request, number) =>
      number < 2 ? refusal(status, 'later', { 'retry-after': '0' }) : behaveWell(request, number),
    )
    expect(await opened.reranker.rerank('tea', texts)).toEqual([1, 0])
    expect(opened.reranker.stats()).toEqual({ texts: 2, requests: 3, retries: 2 })
  })

  test('until maxRetries, with UNAVAILABLE', async () => {
    await using opened = await openOnRerankServer(() => refusal(503, 'overloaded'), { maxRetries: 2 })
    await expect(opened.reranker.rerank('tea', texts)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/503: overloaded\. Given up after 3 tries/) as string,
    })
  })

  test('but not when Retry-After asks for longer than maxRetryDelayMs', async () => {
    const behave = (): ReturnType<typeof refusal> => refusal(429, 'slow down', { 'retry-after': '61' })
    await using opened = await openOnRerankServer(behave)
    await expect(opened.reranker.rerank('tea', texts)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining("wait of '61'") as string,
    })
    expect(opened.server.requests).toHaveLength(1)
  })

  test('and an answer that does not come is a TIMEOUT', async () => {
    await using opened = await openOnRerankServer(() => 'silence', { maxRetries: 0, timeoutMs: 50 })
    await expect(opened.reranker.rerank('tea', texts)).rejects.toMatchObject({ code: 'TIMEOUT' })
    await opened.server.abandoned(1)
  })
})

describe('what will not pass is not', () => {
  test.each([
    [401, 'BACKEND', /apiKey/],
    [403, 'BACKEND', /apiKey/],
    [404, 'BACKEND', /baseUrl and the model/],
    [400, 'INVALID_ARGUMENT', /too long.*The request had 2 texts; .*batchSize/],
    [413, 'INVALID_ARGUMENT', /batchSize/],
    [422, 'INVALID_ARGUMENT', /batchSize/],
  ])('status %i', async (status, code, message) => {
    await using opened = await openOnRerankServer(() => refusal(status, 'too long'), {
      apiKey: 'key-12345678',
    })
    const error: unknown = await opened.reranker.rerank('tea', texts).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string })
    expect((error as Error).message).not.toContain('key-12345678')
    expect(opened.server.requests).toHaveLength(1)
  })
})

describe('a signal', () => {
  test('ends a request that is not answered', async () => {
    await using opened = await openOnRerankServer(() => 'silence')
    const controller = new AbortController()
    const call = opened.reranker.rerank('tea', texts, { signal: controller.signal })
    await opened.server.seen(1)
    controller.abort(new Error('the user has gone'))
    await expect(call).rejects.toMatchObject({ code: 'ABORTED', cause: controller.signal.reason as Error })
    await opened.server.abandoned(1)
  })

  test('ends the wait before another try', async () => {
    const behave = (): ReturnType<typeof refusal> => refusal(429, 'slow down', { 'retry-after': '50' })
    await using opened = await openOnRerankServer(behave)
    const controller = new AbortController()
    const call = opened.reranker.rerank('tea', texts, { signal: controller.signal })
    await opened.server.seen(1)
    while (opened.reranker.stats().retries === 0) await new Promise(resolve => setImmediate(resolve))
    controller.abort(new Error('the user has gone'))
    await expect(call).rejects.toMatchObject({ code: 'ABORTED', cause: controller.signal.reason as Error })
    expect(opened.server.requests).toHaveLength(1)
  })
})
