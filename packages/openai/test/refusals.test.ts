import { describe, expect, test } from 'vitest'
import { behaveWell, vectorsOf } from './embeddings-server.ts'
import { refusal } from './json-server.ts'
import { openOnServer } from './open-on-server.ts'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `note number ${i}`)

describe('a batch that is refused is halved', () => {
  test.each([0, 1, 37, 63])('until the error names the text at index %i', async index => {
    await using opened = await openOnServer((request, number) =>
      request.body.input.includes('poison') ? refusal(400, 'bad input') : behaveWell(request, number),
    )
    const { embedder, server } = opened
    await expect(embedder.embed(numbered(64).with(index, 'poison'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      retryable: false,
      message: expect.stringMatching(
        new RegExp(`^texts\\[${index}\\], "poison", .* 400: bad input`),
      ) as string,
    })
    expect(server.requests.length).toBeLessThanOrEqual(1 + 2 * Math.log2(64))
  })

  test('also when the text stands in a later request', async () => {
    await using opened = await openOnServer(
      (request, number) =>
        request.body.input.includes('poison') ? refusal(422, 'bad input') : behaveWell(request, number),
      { maxTextsPerRequest: 8 },
    )
    await expect(opened.embedder.embed(numbered(40).with(29, 'poison'))).rejects.toThrow(/^texts\[29\]/)
  })

  test('and its vectors are used when only all together were too many', async () => {
    await using opened = await openOnServer((request, number) =>
      request.body.input.length > 5 ? refusal(413, 'too large') : behaveWell(request, number),
    )
    const texts = numbered(16)
    expect(await opened.embedder.embed(texts)).toEqual(await vectorsOf(texts))
    expect(opened.embedder.stats()).toMatchObject({ texts: 16, requests: 7, retries: 0 })
  })
})

describe('a text longer than maxTokens', () => {
  const words = 'word '.repeat(150)

  test('is refused with its index, before anything is sent', async () => {
    await using opened = await openOnServer(behaveWell, { maxTokens: 50 })
    await expect(opened.embedder.embed(['short', words])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/texts\[1\] has 250 tokens.* reads 50/) as string,
    })
    expect(opened.server.requests).toHaveLength(0)
  })

  test('is cut and counted with truncate', async () => {
    await using opened = await openOnServer(behaveWell, { maxTokens: 50, truncate: true })
    await opened.embedder.embed(['short', words])
    expect(opened.server.requests[0]?.body.input).toEqual(['short', words.slice(0, 150)])
    expect(opened.embedder.stats()).toMatchObject({ texts: 2, truncated: 1 })
  })

  test('is measured by countTokens, with its prefix', async () => {
    const countTokens = (text: string): number => text.split(' ').length
    const options = { maxTokens: 4, countTokens, documentPrefix: 'passage: ' }
    await using opened = await openOnServer(behaveWell, options)
    await opened.embedder.embed(['just three words'])
    await expect(opened.embedder.embed(['now there are four'])).rejects.toThrow(/has 5 tokens/)
  })
})
