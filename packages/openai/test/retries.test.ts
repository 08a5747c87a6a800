import { describe, expect, test } from 'vitest'
import { behaveWell, vectorsOf } from './embeddings-server.ts'
import type { EmbeddingsBehaviour } from './embeddings-server.ts'
import { refusal } from './json-server.ts'
import type { Reply } from './json-server.ts'
import { openOnServer } from './open-on-server.ts'

/** Gives these replies first and behaves well from then on. */
const first =
  (...replies: Reply[]): EmbeddingsBehaviour =>
  (request, number) =>
    replies[number] ?? behaveWell(request, number)

describe('what may pass is tried again', () => {
  test.each([408, 409, 429, 500, 502, 503, 504, 529])('status %i', async status => {
    await using opened = await openOnServer(first(refusal(status, 'later'), refusal(status, 'later')))
    const { embedder, server } = opened
    expect(await embedder.embed(['text'])).toEqual(await vectorsOf(['text']))
    expect(server.requests).toHaveLength(3)
    expect(embedder.stats()).toMatchObject({ requests: 3, retries: 2 })
  })

  test('an answer that breaks off', async () => {
    await using opened = await openOnServer(first('hang up'))
    expect(await opened.embedder.embed(['text'])).toEqual(await vectorsOf(['text']))
  })

  test('an answer that does not come', async () => {
    await using opened = await openOnServer(first('silence'), { timeoutMs: 100 })
    expect(await opened.embedder.embed(['text'])).toEqual(await vectorsOf(['text']))
    expect(opened.server.requests).toHaveLength(2)
    // The request that was not answered is ended, not left behind.
    await opened.server.abandoned(1)
  })

  test('when Retry-After asks for just as long as maxRetryDelayMs', async () => {
    const behaviour = first(refusal(429, 'slow down', { 'retry-after': '0.2' }))
    await using opened = await openOnServer(behaviour, { maxRetryDelayMs: 200 })
    expect(await opened.embedder.embed(['text'])).toEqual(await vectorsOf(['text']))
    expect(opened.server.requests).toHaveLength(2)
  })

  test('only the request that failed is sent again', async () => {
    await using opened = await openOnServer(
      (request, number) => (number === 1 ? refusal(503, 'later') : behaveWell(request, number)),
      { maxTextsPerRequest: 1, concurrency: 1 },
    )
    await opened.embedder.embed(['a', 'b', 'c'])
    expect(opened.server.requests.flatMap(({ body }) => body.input)).toEqual(['a', 'b', 'b', 'c'])
  })
})

describe('tries come to an end', () => {
  test('with UNAVAILABLE after maxRetries more', async () => {
    await using opened = await openOnServer(() => refusal(503, 'overloaded'), { maxRetries: 2 })
    await expect(opened.embedder.embed(['text'])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/503: overloaded\. Given up after 3 tries/) as string,
    })
    expect(opened.server.requests).toHaveLength(3)
  })

  test('with TIMEOUT when no answer came', async () => {
    await using opened = await openOnServer(() => 'silence', { maxRetries: 1, timeoutMs: 50 })
    await expect(opened.embedder.embed(['text'])).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
      message: expect.stringMatching(
        /did not answer in 50 ms, the timeoutMs\. Given up after 2 tries\./,
      ) as string,
    })
    expect(opened.server.requests).toHaveLength(2)
  })

  test('with UNAVAILABLE and the reason when nobody listens', async () => {
    await using opened = await openOnServer()
    await opened.server.close()
    await expect(opened.embedder.embed(['text'])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
    })
    expect(opened.embedder.stats()).toMatchObject({ requests: 6, retries: 5, texts: 0 })
  })

  test('at once when Retry-After asks for longer than maxRetryDelayMs', async () => {
    await using opened = await openOnServer(() => refusal(429, 'slow down', { 'retry-after': '61' }))
    await expect(opened.embedder.embed(['text'])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining("wait of '61'") as string,
    })
    expect(opened.server.requests).toHaveLength(1)
  })

  test('with the other requests of the call ended and not sent', async () => {
    await using opened = await openOnServer(
      ({ body }) => (body.input[0] === 'b' ? refusal(404, 'no such model') : 'silence'),
      { maxTextsPerRequest: 1, concurrency: 2 },
    )
    await expect(opened.embedder.embed(['a', 'b', 'c', 'd'])).rejects.toMatchObject({ code: 'BACKEND' })
    expect(opened.server.requests).toHaveLength(2)
  })
})

describe('what will not pass is not tried again', () => {
  test.each([
    [401, /apiKey/],
    [403, /apiKey/],
    [404, /baseUrl and the model/],
    [405, /405/],
  ])('status %i', async (status, message) => {
    await using opened = await openOnServer(() => refusal(status, 'no'))
    await expect(opened.embedder.embed(['text'])).rejects.toMatchObject({
      code: 'BACKEND',
      retryable: false,
      message: expect.stringMatching(message) as string,
    })
    expect(opened.server.requests).toHaveLength(1)
  })

  test('a redirect, which could take the key elsewhere', async () => {
    await using elsewhere = await openOnServer()
    await using opened = await openOnServer(() => ({
      status: 307,
      headers: { location: `${elsewhere.server.baseUrl}/embeddings` },
      body: '',
    }))
    await expect(opened.embedder.embed(['text'])).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringContaining('307') as string,
    })
    expect(elsewhere.server.requests).toHaveLength(0)
  })

  test('a 429 of an account without credit', async () => {
    const body = { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }
    await using opened = await openOnServer(() => ({ status: 429, body }))
    await expect(opened.embedder.embed(['text'])).rejects.toMatchObject({ code: 'BACKEND', retryable: false })
    expect(opened.server.requests).toHaveLength(1)
  })
})
