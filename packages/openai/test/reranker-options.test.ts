import { openHttpReranker } from '@agentmem/openai'
import { expect, test } from 'vitest'

const base = { model: 'local', baseUrl: 'http://127.0.0.1:1/v1' }
const key = 'secret-0123456789'

test.each<[object, RegExp]>([
  [{ url: 'http://127.0.0.1' }, /no option 'url'; there are baseUrl, model, shape, /],
  [{ baseUrl: undefined }, /openHttpReranker has baseUrl: undefined; give an http address/],
  [
    { baseUrl: `ftp://${key}` },
    /needs an http address such as 'https:\/\/api\.cohere\.com\/v2' as its baseUrl/,
  ],
  [{ baseUrl: `http://user:${key}@127.0.0.1` }, /openHttpReranker has a baseUrl with a password/],
  [{ model: '' }, /has model: ""; give the name of a model/],
  [{ apiKey: `${key}\n` }, /needs visible ASCII characters/],
  [
    { headers: { 'x-token': `${key}\r\nx: y` } },
    /openHttpReranker has headers\['x-token'\] with a name or a value/,
  ],
  [{ shape: 'cohere' }, /shape: "cohere"; give 'documents' or 'texts'/],
  [{ scores: 'raw' }, /scores: "raw"; give 'probability' or 'logit'/],
  [{ batchSize: 0 }, /batchSize: 0; give a whole number from 1/],
  [{ parameters: [] }, /parameters: an array; give an object without model, query, documents, texts/],
  [{ parameters: { query: 'x' } }, /parameters: an object; give an object without/],
  [{ maxRetries: -1 }, /maxRetries: -1/],
  [{ timeoutMs: 0 }, /timeoutMs: 0/],
])('%j is refused, and no secret is shown', async (wrong, message) => {
  const error: unknown = await openHttpReranker({ ...base, ...wrong }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) as string })
  expect((error as Error).message).not.toContain(key)
})

test('opening sends nothing, and says what it opened', async () => {
  await using reranker = await openHttpReranker({ ...base, apiKey: undefined, shape: undefined })
  expect(reranker).toMatchObject({ model: 'local', batchSize: 1_000 })
  expect(reranker.stats()).toEqual({ texts: 0, requests: 0, retries: 0 })
})
