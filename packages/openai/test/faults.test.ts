import { describe, expect, test } from 'vitest'
import { behaveWell, embeddingsOf, vectorsOf } from './embeddings-server.ts'
import type { EmbeddingsBehaviour } from './embeddings-server.ts'
import { refusal } from './json-server.ts'
import { openOnServer } from './open-on-server.ts'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `note number ${i}`)
const failsAt =
  (status: number, ...poison: string[]): EmbeddingsBehaviour =>
  (request, number) =>
    request.body.input.some(text => poison.includes(text))
      ? refusal(status, 'inference failed')
      : behaveWell(request, number)

describe('a server that fails at one text', () => {
  test.each([500, 424])('with %i does not fail for ever: the text is named', async status => {
    for (const index of [0, 1, 37, 63]) {
      await using opened = await openOnServer(failsAt(status, 'poison'), { maxRetries: 1 })
      await expect(opened.embedder.embed(numbered(64).with(index, 'poison'))).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        retryable: false,
        message: expect.stringMatching(
          new RegExp(
            `^texts\\[${index}\\], "poison", fails where others pass: .* ${status}: inference failed`,
          ),
        ) as string,
      })
      expect(opened.server.requests.length).toBeLessThanOrEqual(2 + 2 * Math.log2(64) + 3)
    }
  })

  test('of a batch that is too much at once gives all vectors', async () => {
    await using opened = await openOnServer(
      (request, number) =>
        request.body.input.length > 5 ? refusal(500, 'out of memory') : behaveWell(request, number),
      { maxRetries: 0 },
    )
    const texts = numbered(16)
    expect(await opened.embedder.embed(texts)).toEqual(await vectorsOf(texts))
  })

  test('and passes the second time gives all vectors', async () => {
    let failures = 0
    await using opened = await openOnServer(
      (request, number) =>
        request.body.input.includes('poison') && failures++ < 7
          ? refusal(500, 'busy')
          : behaveWell(request, number),
      { maxRetries: 2 },
    )
    const texts = numbered(8).with(6, 'poison')
    expect(await opened.embedder.embed(texts)).toEqual(await vectorsOf(texts))
  })

  test('and at all others may pass: the error is retryable, and few requests are made', async () => {
    await using opened = await openOnServer(() => refusal(500, 'down'), { maxRetries: 1 })
    await expect(opened.embedder.embed(numbered(64))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    })
    expect(opened.server.requests.length).toBeLessThanOrEqual(2 + Math.log2(64) + 2)
    await expect(opened.embedder.embed(['one'])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  test('with 503 is not there: nothing is halved', async () => {
    await using opened = await openOnServer(() => refusal(503, 'down'), { maxRetries: 1 })
    await expect(opened.embedder.embed(numbered(8))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(opened.server.requests).toHaveLength(2)
  })
})

describe('200 with an error inside', () => {
  test.each([
    [
      'a status',
      { error: { code: 400, message: 'too long' } },
      'INVALID_ARGUMENT',
      /200 with an error of 400: too long/,
    ],
    ['a status as text', { error: { code: '404', message: 'no model' } }, 'BACKEND', /no model/],
    ['no status', { error: { message: 'provider failed' } }, 'BACKEND', /200 with an error: provider failed/],
    ['a text', { error: 'provider failed' }, 'BACKEND', /provider failed/],
  ])('has the reason: %s', async (_, body, code, message) => {
    await using opened = await openOnServer(() => ({ body }), { maxRetries: 1 })
    await expect(opened.embedder.embed(['one'])).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
    expect(opened.server.requests).toHaveLength(1)
  })

  test.each([
    { code: 429, message: 'slow down' },
    { code: 502, message: 'bad gateway' },
    { type: 'rate_limit_exceeded', message: 'slow down' },
    { type: 'overloaded_error', message: 'overloaded' },
    { status: 'RESOURCE_EXHAUSTED', message: 'quota' },
  ])('that may pass is tried again: %j', async error => {
    await using opened = await openOnServer(
      (request, number) => (number === 0 ? { body: { error } } : behaveWell(request, number)),
      { maxRetries: 1 },
    )
    expect(await opened.embedder.embed(['one'])).toEqual(await vectorsOf(['one']))
  })

  test('is none where vectors are: an error of null', async () => {
    await using opened = await openOnServer(async request => ({
      body: { ...(await embeddingsOf(request)), error: null },
    }))
    expect(await opened.embedder.embed(['one'])).toEqual(await vectorsOf(['one']))
  })
})

test.each([undefined, null])('vectors without an index (%s) are in the order of the texts', async index => {
  await using opened = await openOnServer(async request => {
    const answer = await embeddingsOf(request)
    return { body: { ...answer, data: answer.data.map(item => ({ ...item, index })) } }
  })
  const texts = numbered(5)
  expect(await opened.embedder.embed(texts)).toEqual(await vectorsOf(texts))
})

describe('a text that is too long by our estimate', () => {
  test.each([
    ['Thai', 'ภาษาไทยเป็นภาษาที่ใช้ในประเทศไทย '.repeat(4)],
    ['Hindi', 'हिन्दी भारत में बोली जाने वाली भाषा है '.repeat(4)],
    ['Arabic', 'اللغة العربية هي لغة سامية '.repeat(5)],
  ])('is left to the endpoint: %s', async (_, text) => {
    await using opened = await openOnServer(behaveWell, { maxTokens: 128 })
    expect(await opened.embedder.embed([text])).toEqual(await vectorsOf([text]))
  })

  test('is refused here when no estimate can be that wrong', async () => {
    await using opened = await openOnServer(behaveWell, { maxTokens: 50 })
    await expect(opened.embedder.embed(['short', 'word '.repeat(1_000)])).rejects.toThrow(/texts\[1\] has/)
    expect(opened.server.requests).toHaveLength(0)
  })
})
