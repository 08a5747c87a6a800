import { describe, expect, test } from 'vitest'
import type { HttpRerankerOptions } from '@agentmem/openai'
import { cohere, openOnRerankServer, rankedOf, scoresOf } from './rerank-server.ts'
import type { Ranked } from './rerank-server.ts'

const query = 'green tea and milk'
const texts = ['the printer', 'green tea', 'tea and milk', 'a green car']
const scores = scoresOf(query, texts)

type Form = (ranked: readonly Ranked[]) => unknown

/** A server that answers in this form. */
const answering = (form: Form, options: Partial<HttpRerankerOptions> = {}) =>
  openOnRerankServer(({ body }) => ({ body: form(rankedOf(body)) }), options)

describe('the answer of each service is read, in whatever order it comes', () => {
  const renamed: Form = ranked => ranked.map(({ index, score }) => ({ index, relevance_score: score }))
  test.each<[string, Form]>([
    [
      'Cohere',
      ranked => ({ id: '07734bd2', results: renamed(ranked), meta: { api_version: { version: '2' } } }),
    ],
    [
      'Jina',
      ranked => ({
        model: 'jina-reranker-v2-base-multilingual',
        usage: { total_tokens: 815 },
        results: ranked.map(({ index, score }) => ({
          index,
          relevance_score: score,
          document: { text: texts[index] },
        })),
      }),
    ],
    [
      'vLLM',
      ranked => ({
        id: 'rerank-1',
        model: 'bge-reranker-base',
        usage: { total_tokens: 56 },
        results: ranked.map(({ index, score }) => ({
          index,
          document: { text: texts[index], multi_modal: null },
          relevance_score: score,
        })),
      }),
    ],
    [
      'Voyage',
      ranked => ({ object: 'list', data: renamed(ranked), model: 'rerank-2.5', usage: { total_tokens: 26 } }),
    ],
    ['Text Embeddings Inference', ranked => ranked],
  ])('%s', async (_service, form) => {
    await using opened = await answering(form)
    expect(scores).toEqual([0, 0.5, 0.75, 0.25])
    expect(await opened.reranker.rerank(query, texts)).toEqual(scores)
    expect(opened.reranker.stats()).toEqual({ texts: 4, requests: 1, retries: 0 })
  })
})

describe('scores', () => {
  const giving = (values: readonly unknown[], options?: Partial<HttpRerankerOptions>) =>
    answering(() => values.map((score, index) => ({ index, score })), options)

  test('that are logits go through the logistic function, each by itself', async () => {
    await using opened = await giving([0, -2, 800, -800], { scores: 'logit' })
    const [middle, low, ...ends] = await opened.reranker.rerank(query, texts)
    expect(middle).toBe(0.5)
    expect(low).toBeCloseTo(0.1192029, 6)
    expect(ends).toEqual([1, 0])
  })

  test('that are logits are taken for logits even where all are from 0 to 1', async () => {
    await using opened = await giving([0, 0, 0, 1], { scores: 'logit' })
    expect((await opened.reranker.rerank(query, texts)).slice(0, 3)).toEqual([0.5, 0.5, 0.5])
  })

  test('that rounding has put beside 0 or 1 are 0 and 1', async () => {
    await using opened = await giving([1.000_000_1, -0.000_000_1, 0.5, 1])
    expect(await opened.reranker.rerank(query, texts)).toEqual([1, 0, 0.5, 1])
  })

  test.each([
    [1.01, /the score with the index 1 is 1.01, where 0 to 1 are expected; .* scores: 'logit'/],
    [-3.2, /is -3.2, where 0 to 1/],
    [null, /the score with the index 1 is null, which is no number/],
    ['0.5', /is "0.5", which is no number/],
    [undefined, /is undefined, which is no number/],
  ])('of %s are refused', async (wrong, message) => {
    await using opened = await giving([0.5, wrong, 0.5, 0.5])
    await expect(opened.reranker.rerank(query, texts)).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringMatching(message) as string,
    })
    expect(opened.reranker.stats()).toMatchObject({ texts: 0, requests: 1 })
  })
})

describe('an answer is refused as a whole', () => {
  test.each<[string, Form, RegExp]>([
    ['a score less, as with top_n', ranked => cohere(ranked.slice(1)), /3 scores for 4 texts/],
    ['a score more', ranked => cohere([...ranked, ...ranked.slice(0, 1)]), /5 scores for 4/],
    [
      'an index twice',
      ranked => cohere(ranked.map(item => ({ ...item, index: 0 }))),
      /two scores with the index 0/,
    ],
    ['an index out of range', ranked => ranked.map(item => ({ ...item, index: item.index + 1 })), /index 4/],
    ['a negative index', ranked => ranked.map(item => ({ ...item, index: item.index - 1 })), /index -1/],
    ['an index that is a string', ranked => ranked.map(item => ({ ...item, index: '0' })), /index "0"/],
    ['no index', ranked => ranked.map(({ score }) => score), /index undefined/],
    ['no list', () => ({ results: { 0: 1 } }), /no list of results/],
    ['nothing in it', () => ({}), /no list of results/],
    ['a null', () => null, /no object/],
    ['no JSON', () => '<html>Welcome</html>', /no JSON/],
  ])('with %s', async (_what, form, message) => {
    await using opened = await answering(form)
    await expect(opened.reranker.rerank(query, texts)).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringMatching(message) as string,
    })
    expect(opened.server.requests).toHaveLength(1)
  })
})
