import { describe, expect, test } from 'vitest'
import { behaveWell, dimensions, embeddingsOf, vectorsOf } from './embeddings-server.ts'
import type { Embeddings } from './embeddings-server.ts'
import { openOnServer } from './open-on-server.ts'

const texts = ['green tea', 'a red boat', 'the old town']

/** A server that spoils its answers. */
const spoiling = (spoil: (answer: Embeddings) => unknown) =>
  openOnServer(async request => ({ body: spoil(await embeddingsOf(request)) }))

/** The answer with another value in its second item. */
const spoilingItem = (change: object) =>
  spoiling(answer => ({
    ...answer,
    data: answer.data.map((item, i) => (i === 1 ? { ...item, ...change } : item)),
  }))

const base64 = (vector: Float32Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')

test('an answer in another order is put right', async () => {
  await using opened = await spoiling(answer => ({ ...answer, data: answer.data.toReversed() }))
  expect(await opened.embedder.embed(texts)).toEqual(await vectorsOf(texts))
})

test('numbers in answer to base64 are taken as they are', async () => {
  await using opened = await openOnServer(async request => ({
    body: await embeddingsOf({ ...request, body: { ...request.body, encoding_format: 'float' } }),
  }))
  expect(await opened.embedder.embed(texts)).toEqual(await vectorsOf(texts))
})

test.each([
  ['OpenAI', { error: { message: "Unknown parameter: 'encoding_format'." } }],
  ['FastAPI', { detail: [{ loc: ['body', 'encoding_format'], msg: 'Extra inputs are not permitted' }] }],
])('an endpoint that refuses base64 as %s does is asked for numbers from then on', async (_name, body) => {
  await using opened = await openOnServer((request, number) =>
    request.body.encoding_format === 'base64' ? { status: 400, body } : behaveWell(request, number),
  )
  const { embedder, server } = opened
  expect(await embedder.embed(texts)).toEqual(await vectorsOf(texts))
  expect(await embedder.embed(texts)).toEqual(await vectorsOf(texts))
  expect(server.requests.map(({ body: { encoding_format } }) => encoding_format)).toEqual([
    'base64',
    'float',
    'float',
  ])
})

test('a vector that is not of unit length is scaled', async () => {
  const [vector = new Float32Array()] = await vectorsOf(texts)
  await using opened = await spoilingItem({ embedding: base64(vector.map(value => value * 3)) })
  const [, scaled = new Float32Array()] = await opened.embedder.embed(texts)
  expect(Math.max(...scaled.map((value, d) => Math.abs(value - (vector[d] ?? 0))))).toBeLessThan(1e-6)
})

describe('an answer is refused as a whole', () => {
  test.each([
    ['a vector less', (answer: Embeddings) => ({ data: answer.data.slice(1) }), /2 vectors for 3 texts/],
    [
      'a vector more',
      (answer: Embeddings) => ({ data: [...answer.data, answer.data[0]] }),
      /4 vectors for 3/,
    ],
    ['no data', () => ({ object: 'list' }), /no list of data/],
    ['a null', () => null, /no object/],
    ['no JSON', () => '<html>Welcome</html>', /no JSON/],
    ['an item that is null', ({ data }: Embeddings) => ({ data: data.map(() => null) }), /index undefined/],
  ])('with %s', async (_what, spoil, message) => {
    await using opened = await spoiling(spoil)
    await expect(opened.embedder.embed(texts)).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringMatching(message) as string,
    })
    expect(opened.server.requests).toHaveLength(1)
  })

  test.each([
    ['an index twice', { index: 0 }, /two vectors with the index 0/],
    ['no index', { index: undefined }, /index undefined/],
    ['an index out of range', { index: 3 }, /index 3/],
    ['a negative index', { index: -1 }, /index -1/],
    ['an index that is no whole number', { index: 0.5 }, /index 0.5/],
    ['an index that is a string', { index: '1' }, /index "1"/],
    ['no vector', { embedding: undefined }, /neither base64/],
    ['a vector that is null', { embedding: null }, /neither base64/],
    ['a null in a vector', { embedding: Array.from({ length: dimensions }, () => null) }, /neither base64/],
    ['too few numbers', { embedding: [1, 0] }, /2 dimensions where 32 are expected/],
    ['too few bytes', { embedding: base64(new Float32Array(31).fill(1)) }, /31 dimensions where 32/],
    ['half a number', { embedding: Buffer.alloc(127, 1).toString('base64') }, /neither base64/],
    ['NaN', { embedding: base64(new Float32Array(dimensions).fill(NaN)) }, /not finite/],
    ['a number too large for Float32', { embedding: Array(dimensions).fill(1e300) }, /not finite/],
    ['a vector of zeros', { embedding: base64(new Float32Array(dimensions)) }, /is zero/],
  ])('with %s', async (_what, change, message) => {
    await using opened = await spoilingItem(change)
    await expect(opened.embedder.embed(texts)).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringMatching(message) as string,
    })
    expect(opened.embedder.stats().texts).toBe(0)
  })
})

test('an error in plain text is passed on, cut to a readable length', async () => {
  await using opened = await openOnServer(() => ({ status: 404, body: `not here ${'x'.repeat(5000)}` }))
  const error: unknown = await opened.embedder.embed(texts).catch((reason: unknown) => reason)
  expect((error as Error).message).toContain('not here')
  expect((error as Error).message.length).toBeLessThan(600)
})

test('an error without a word is passed on', async () => {
  await using opened = await openOnServer(() => ({ status: 418, body: '' }))
  await expect(opened.embedder.embed(texts)).rejects.toThrow('418: no reason is given')
})

test('a reason in any of the usual forms is passed on', async () => {
  const bodies = [{ error: 'in error' }, { message: 'in message' }, { detail: [{ msg: 'in detail' }] }]
  await using opened = await openOnServer((_request, number) => ({ status: 404, body: bodies[number] }))
  for (const where of ['error', 'message', 'detail']) {
    await expect(opened.embedder.embed(texts)).rejects.toThrow(`in ${where}`)
  }
})
