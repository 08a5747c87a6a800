import { describe, expect, onTestFinished, test } from 'vitest'
import type { MemoryError } from '../../src/contracts/errors.ts'
import type { Reranker } from '../../src/contracts/reranker.ts'
import type { MemoryOptions } from '../../src/memory-api.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'

const alice = { userId: 'alice' }

/** Prefers texts that hold a word, and remembers what it was asked. */
class WordReranker implements Reranker {
  readonly model = 'word'
  readonly calls: { readonly query: string; readonly texts: readonly string[] }[] = []
  closed = false
  readonly #word: string
  readonly #before: () => Promise<void>
  constructor(word: string, before: () => Promise<void> = async () => undefined) {
    this.#word = word
    this.#before = before
  }
  async rerank(query: string, texts: readonly string[]): Promise<readonly number[]> {
    this.calls.push({ query, texts })
    await this.#before()
    return texts.map(text => (text.split('\n').at(-1)?.includes(this.#word) ? 0.9 : 0.2))
  }
  async close(): Promise<void> {
    this.closed = true
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

async function open(reranker: Reranker, options: Partial<MemoryOptions> = {}): Promise<Memory> {
  const memory = await Memory.open({ store: new MapStore(), reranker, ...options })
  onTestFinished(() => memory.close())
  return memory
}

describe('a reranker', () => {
  test('orders what was found, equal scores as they stood, and is cut after it', async () => {
    const reranker = new WordReranker('milk')
    const memory = await open(reranker)
    await memory.addBatch(
      Array.from({ length: 30 }, (_, n) => `tea ${'and rice '.repeat(n)}${n === 25 ? 'with milk' : ''}`),
      { ...alice, createdAt: '2023-05-08T10:00:00Z' },
    )
    const plain = (await memory.search('tea', { ...alice, context: false, rerank: false })).results
    expect(reranker.calls).toEqual([])
    const { results } = await memory.search('tea', { ...alice, context: false, explain: true })
    expect(results[0]).toMatchObject({
      memory: expect.stringContaining('milk'),
      score: 0.9,
      scores: { rerank: 0.9 },
    })
    expect(results.slice(1).map(({ id }) => id)).toEqual(plain.slice(0, 9).map(({ id }) => id))
    expect(results[1]?.explanation?.[0]).toBe('0.20 is what the reranker gives it, and its place')
    expect(reranker.calls).toHaveLength(1)
    expect(reranker.calls[0]?.texts).toHaveLength(30)
  })

  test('reads each text with its day, and the two turns before it', async () => {
    const reranker = new WordReranker('roses')
    const memory = await open(reranker)
    await memory.addBatch(['one', 'two', 'what did you plant?', 'roses'], {
      ...alice,
      runId: 'r',
      createdAt: '2023-05-08T10:00:00Z',
    })
    await memory.search('plant', { ...alice, topK: 1, rerank: { candidates: 2 } })
    expect(reranker.calls[0]).toEqual({
      query: 'plant',
      texts: ['one\ntwo\n2023-05-08: what did you plant?', 'two\nwhat did you plant?\n2023-05-08: roses'],
    })
  })

  test.each([
    ['fails', async () => Promise.reject(new Error('no quota'))],
    ['takes too long', () => new Promise<void>(() => undefined)],
  ] as const)('that %s leaves the order of the search, and the answer says so', async (_, before) => {
    const errors: MemoryError[] = []
    const memory = await open(new WordReranker('milk', before), {
      onBackgroundError: error => errors.push(error),
    })
    await memory.addBatch(['green tea', 'tea with milk'], { ...alice, createdAt: 1 })
    const plain = (await memory.search('green tea', { ...alice, rerank: false })).results
    const answer = await memory.search('green tea', alice)
    expect(answer).toEqual({ results: plain, partial: ['rerank'] })
    expect(errors).toHaveLength(1)
  })

  test('ends with the signal of the search', async () => {
    const memory = await open(new WordReranker('milk', () => new Promise<void>(() => undefined)))
    await memory.add('green tea', alice)
    const signal = AbortSignal.timeout(20)
    await expect(memory.search('tea', { ...alice, signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('is closed with the memory', async () => {
    const reranker = new WordReranker('milk')
    const memory = await Memory.open({ store: new MapStore(), reranker })
    await memory.close()
    expect(reranker.closed).toBe(true)
  })
})
