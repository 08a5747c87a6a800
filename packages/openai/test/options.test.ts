import { openOpenAIEmbedder } from '@agentmem/openai'
import { expect, test } from 'vitest'

const base = { model: 'local', dimensions: 8, baseUrl: 'http://127.0.0.1:1/v1' }

test.each<[object, RegExp]>([
  [{ dimension: 8 }, /no option 'dimension'; there are/],
  [{ model: '' }, /needs a model/],
  [{ dimensions: undefined }, /does not know the model 'local'; give the dimensions/],
  [{ dimensions: 1.5 }, /dimensions: 1.5; give a whole number/],
  [{ dimensions: '8' }, /dimensions: "8"/],
  [{ model: 'text-embedding-3-small', dimensions: 1537 }, /have 1536 or fewer/],
  [{ model: 'text-embedding-ada-002', dimensions: 256 }, /have 1536; leave dimensions out/],
  [{ baseUrl: 'ftp://127.0.0.1/v1' }, /no http address/],
  [{ baseUrl: 7 }, /no http address/],
  [{ apiKey: '' }, /apiKey that is empty/],
  [{ truncate: 'yes' }, /truncate: yes/],
  [{ sendDimensions: 1 }, /sendDimensions: 1/],
  [{ countTokens: 4 }, /countTokens/],
  [{ queryPrefix: 1 }, /queryPrefix/],
  [{ concurrency: 0 }, /concurrency: 0; give a whole number from 1 to/],
  [{ maxRetries: -1 }, /maxRetries: -1/],
  [{ timeoutMs: Infinity }, /timeoutMs/],
])('%j is refused', async (wrong, message) => {
  const opening = openOpenAIEmbedder({ ...base, ...wrong })
  await expect(opening).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('opening sends nothing and says what it opened', async () => {
  await using embedder = await openOpenAIEmbedder(base)
  expect(embedder).toMatchObject({ model: 'local', dimensions: 8, maxTokens: undefined })
  expect(embedder.stats()).toEqual({ texts: 0, truncated: 0, requests: 0, retries: 0, tokens: 0 })
})
