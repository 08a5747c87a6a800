import { openOpenAIEmbedder } from '@agentmem/openai'
import { expect, test } from 'vitest'

const base = { model: 'local', dimensions: 8, baseUrl: 'http://127.0.0.1:1/v1' }

const noAddress = /needs an http address such as 'https:\/\/api\.openai\.com\/v1' as its baseUrl/
const noKey = /needs visible ASCII characters without spaces as its apiKey/

test.each<[object, RegExp]>([
  [{ dimension: 8 }, /no option 'dimension'; there are model, dimensions, /],
  [{ model: '' }, /has model: ""; give the name of a model/],
  [{ model: undefined }, /has model: undefined/],
  [{ model: null }, /has model: null/],
  [{ dimensions: undefined }, /does not know the model 'local'; give the dimensions/],
  [{ dimensions: null }, /dimensions: null; give a whole number from 1 to 65536/],
  [{ dimensions: 1.5 }, /dimensions: 1.5; give a whole number/],
  [{ dimensions: '8' }, /dimensions: "8"/],
  [{ model: 'text-embedding-3-small', dimensions: 1537 }, /have 1536 or fewer/],
  [{ model: 'text-embedding-ada-002', dimensions: 256 }, /have 1536; leave dimensions out/],
  [{ baseUrl: 'ftp://127.0.0.1/v1' }, noAddress],
  [{ baseUrl: 7 }, noAddress],
  [{ baseUrl: null }, noAddress],
  [{ apiKey: '' }, noKey],
  [{ apiKey: null }, noKey],
  [{ headers: null }, /needs an object of strings, such as .* as its headers/],
  [{ headers: { 'x-version': 2 } }, /as its headers/],
  [{ truncate: 'yes' }, /truncate: "yes"; give true or false/],
  [{ truncate: null }, /truncate: null/],
  [{ sendDimensions: 1 }, /sendDimensions: 1; give true or false/],
  [{ countTokens: 4 }, /countTokens: 4; give a function/],
  [{ queryPrefix: 1 }, /queryPrefix: 1; give a string/],
  [{ documentPrefix: null }, /documentPrefix: null/],
  [{ concurrency: 0 }, /concurrency: 0; give a whole number from 1 to 1000/],
  [{ maxRetries: -1 }, /maxRetries: -1/],
  [{ maxRetries: null }, /maxRetries: null/],
  [{ maxTokens: 0 }, /maxTokens: 0; give a whole number from 1 to 10000000/],
  [{ timeoutMs: Infinity }, /timeoutMs: Infinity/],
])('%j is refused', async (wrong, message) => {
  const opening = openOpenAIEmbedder({ ...base, ...wrong })
  await expect(opening).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('opening sends nothing, says what it opened, and takes undefined for left out', async () => {
  const left = { apiKey: undefined, headers: undefined, maxTokens: undefined, documentPrefix: undefined }
  await using embedder = await openOpenAIEmbedder({ ...base, ...left, timeoutMs: undefined })
  expect(embedder).toMatchObject({ model: 'local', dimensions: 8, maxTokens: undefined })
  expect(embedder.stats()).toEqual({ texts: 0, truncated: 0, requests: 0, retries: 0, tokens: 0 })
})
