import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { embedderCases, registerCases } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder, MapStore, Memory } from '@agentmem/core'
import { openAiSdkEmbedder, toAiSdkEmbeddingModel } from '@agentmem/ai-sdk'
import type { AiSdkEmbedderOptions } from '@agentmem/ai-sdk'
import * as ai7 from 'ai'
import * as ai6 from 'ai6'
import { MockEmbeddingModelV3, MockEmbeddingModelV4 } from 'ai/test'
import { MockEmbeddingModelV3 as MockOfAi6 } from 'ai6/test'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { dimensions, startLoopback } from './loopback-server.ts'
import type { LoopbackServer } from './loopback-server.ts'

let server: LoopbackServer
beforeAll(async () => {
  server = await startLoopback()
})
afterAll(() => server.close())
beforeEach(() => server.misbehave(undefined))

const compatible = (at = server) =>
  createOpenAICompatible({ name: 'loopback', baseURL: at.baseURL }).embeddingModel('hash')
const openai = () =>
  createOpenAI({ baseURL: server.baseURL, apiKey: 'secret' }).embeddingModel('text-embedding-3-small')
const open = (options: Partial<AiSdkEmbedderOptions> = {}) =>
  openAiSdkEmbedder({ model: compatible(), ...options })

describe('an Embedder of a model of the AI SDK, on a real endpoint', () => {
  registerCases(describe, it, embedderCases, async () => {
    const own = await startLoopback()
    const part = await openAiSdkEmbedder({ model: compatible(own), maxTokens: 8_192 })
    return {
      part,
      breakBackend: () => own.close(),
      async teardown() {
        await part.close()
        await own.close()
      },
    }
  })
})

test('5,000 texts are as few requests as the model allows', async () => {
  await using embedder = await open({ dimensions })
  const before = server.requests.length
  const texts = Array.from({ length: 5_000 }, (_text, i) => `text ${i}`)
  expect(await embedder.embed(texts)).toHaveLength(5_000)
  const sizes = server.requests.slice(before).map(({ body }) => body.input?.length)
  expect(sizes).toEqual([2_048, 2_048, 904])
  await using small = await open({ dimensions, batchSize: 3 })
  await small.embed(['a', 'b', 'c', 'd'])
  expect(server.requests.slice(-2).map(({ body }) => body.input?.length)).toEqual([3, 1])
})

test('a model that promises its limit, or has none, is asked accordingly', async () => {
  const doEmbed = async ({ values }: { values: string[] }) => ({
    embeddings: values.map(() => [3, 4]),
    warnings: [],
  })
  const model = (maxEmbeddingsPerCall: number | undefined | Promise<number | undefined>) =>
    new MockEmbeddingModelV4({ doEmbed, maxEmbeddingsPerCall: maxEmbeddingsPerCall as number })
  for (const [limit, calls] of [
    [Promise.resolve(2), 2],
    [Infinity, 1],
    [undefined, 1],
  ] as const) {
    const mock = Object.assign(model(1), { maxEmbeddingsPerCall: limit })
    await using embedder = await openAiSdkEmbedder({ model: mock, dimensions: 2 })
    const vectors = await embedder.embed(['a', 'b', 'c'])
    expect(vectors.map(vector => Array.from(vector, value => value.toFixed(1)))).toEqual(
      Array.from({ length: 3 }, () => ['0.6', '0.8']),
    )
    expect(mock.doEmbedCalls).toHaveLength(calls)
  }
})

test.each([
  ['V4 of ai 7', MockEmbeddingModelV4],
  ['V3 of ai 7', MockEmbeddingModelV3],
  ['V3 of ai 6', MockOfAi6],
])('documents and queries have their own options: model %s', async (_name, Mock) => {
  const usage: number[] = []
  const model = new Mock({
    doEmbed: async ({ values }: { values: string[] }) => ({
      embeddings: values.map(() => [1, 0]),
      usage: { tokens: values.length },
      warnings: [],
    }),
  })
  const documentOptions = { google: { taskType: 'RETRIEVAL_DOCUMENT' } }
  const queryOptions = { google: { taskType: 'RETRIEVAL_QUERY' } }
  const onUsage = ({ tokens }: { tokens: number }): number => usage.push(tokens)
  await using embedder = await openAiSdkEmbedder({
    model,
    dimensions: 2,
    documentOptions,
    queryOptions,
    onUsage,
  })
  await embedder.embed(['a'])
  await embedder.embed(['a'], { as: 'query' })
  expect(model.doEmbedCalls.map(({ providerOptions }) => providerOptions)).toEqual([
    documentOptions,
    queryOptions,
  ])
  expect(usage).toEqual([1, 1])

  const identity = async (options: object) =>
    (await openAiSdkEmbedder({ model, dimensions: 2, ...options })).model
  expect(await identity({ queryOptions })).toBe('mock-provider/mock-model-id')
  expect(embedder.model).toMatch(/^mock-provider\/mock-model-id#[0-9a-f]{16}$/)
  expect(await identity({ documentOptions: queryOptions })).not.toBe(embedder.model)
})

test('dimensions that are not named are those of one text; nothing is guessed when that fails', async () => {
  await using embedder = await open()
  expect(embedder.dimensions).toBe(dimensions)
  server.misbehave({ status: 401 })
  await expect(open()).rejects.toMatchObject({ code: 'BACKEND', message: /status 401/ })
})

test.each([
  ['401', { status: 401 }, 'BACKEND', false],
  ['400', { status: 400 }, 'INVALID_ARGUMENT', false],
  ['429', { status: 429 }, 'UNAVAILABLE', true],
  ['500', { status: 500 }, 'UNAVAILABLE', true],
  ['a short answer', { vectors: (vectors: number[][]) => vectors.slice(1) }, 'BACKEND', false],
  ['other dimensions', { vectors: (vectors: number[][]) => vectors.map(([one]) => [one]) }, 'BACKEND', false],
  ['a zero vector', { vectors: (vectors: number[][]) => vectors.map(v => v.map(() => 0)) }, 'BACKEND', false],
] as const)('%s is one request, and an error that says what it is', async (_name, how, code, retryable) => {
  for (const model of [compatible(), openai()]) {
    await using embedder = await open({ model, dimensions })
    server.misbehave(how)
    const before = server.requests.length
    const failed = await embedder.embed(['the secret text', 'b']).catch((error: unknown) => error)
    expect(failed).toMatchObject({ name: 'MemoryError', code, retryable })
    expect(String(failed)).not.toContain('the secret text')
    expect(server.requests.length - before).toBe(1)
    server.misbehave(undefined)
  }
})

test('vectors are brought to unit length', async () => {
  server.misbehave({ vectors: vectors => vectors.map(vector => vector.map(value => value * 7)) })
  await using embedder = await open()
  const [vector = new Float32Array()] = await embedder.embed(['a'])
  expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
})

test('a call to a server that never answers ends with its signal, and so does the request', async () => {
  await using silent = await startLoopback()
  await using embedder = await openAiSdkEmbedder({ model: compatible(silent), dimensions })
  silent.misbehave('silence')
  const ending = new AbortController()
  const embedding = embedder.embed(['a'], { signal: ending.signal })
  embedding.catch(() => undefined)
  await vi.waitUntil(() => silent.requests.length > 0)
  ending.abort()
  await expect(embedding).rejects.toMatchObject({ code: 'ABORTED' })
  await silent.abandoned
})

test('an id is resolved as ai does it, by its default provider', async () => {
  const provider = { embeddingModel: () => compatible() }
  Object.assign(globalThis, { AI_SDK_DEFAULT_PROVIDER: provider })
  try {
    await using embedder = await open({ model: 'loopback/hash' })
    expect(embedder.model).toBe('loopback.embedding/hash')
  } finally {
    Reflect.deleteProperty(globalThis, 'AI_SDK_DEFAULT_PROVIDER')
  }
})

test('a Memory on such a model stores and finds', async () => {
  const embedder = await open()
  await using memory = await Memory.open({
    store: new MapStore(),
    index: new ExactIndex({ dimensions }),
    embedder,
  })
  await memory.addBatch(['My train leaves at nine.', 'I am allergic to nuts.'], { userId: 'ana' })
  const { results } = await memory.search('the train', { userId: 'ana', topK: 1, mode: 'vector' })
  expect(results[0]?.memory).toBe('My train leaves at nine.')
})

test('an Embedder is an embedding model of ai 7 and of ai 6', async () => {
  const embedder = new HashEmbedder({ dimensions })
  const [document] = await embedder.embed(['green tea'])
  const [query] = await embedder.embed(['green tea'], { as: 'query' })
  const values = ['green tea']
  const of7 = await ai7.embedMany({ model: toAiSdkEmbeddingModel(embedder), values })
  const of6 = await ai6.embedMany({ model: toAiSdkEmbeddingModel(embedder, 'v3'), values })
  const of2 = await ai7.embedMany({ model: toAiSdkEmbeddingModel(embedder, 'v2'), values })
  expect([of7.embeddings, of6.embeddings, of2.embeddings]).toEqual(
    [1, 2, 3].map(() => [Array.from(document ?? [])]),
  )
  const providerOptions = { agentmem: { as: 'query' } }
  const asked = await ai7.embed({
    model: toAiSdkEmbeddingModel(embedder),
    value: 'green tea',
    providerOptions,
  })
  expect(asked.embedding).toEqual(Array.from(query ?? []))
})

test('options are checked', async () => {
  const refusals: [object, RegExp][] = [
    [{ model: {} }, /an embedding model/],
    [{ model: '' }, /an embedding model/],
    [{ model: compatible(), dimension: 3 }, /no option 'dimension'/],
    [{ model: compatible(), documentOptions: 'x' }, /options under the name of a provider/],
  ]
  for (const [options, message] of refusals) {
    await expect(openAiSdkEmbedder(options as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message,
    })
  }
})
