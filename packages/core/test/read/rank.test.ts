import { describe, expect, test } from 'vitest'
import type { Reranker } from '../../src/contracts/reranker.ts'
import type { MemoryOptions } from '../../src/memory-api.ts'
import type { Memory } from '../../src/memory.ts'
import type { SearchOptions } from '../../src/search-api.ts'
import { openMemory } from '../kit/open-memory.ts'

const ana = { userId: 'ana' }
const now = Date.UTC(2026, 5, 1)
const day = 86_400_000
const alone = { ...ana, mode: 'text', context: false } as const

/** Memories that answer alike, but for what is said of each. */
async function openAlike(
  inputs: readonly { readonly id: string; readonly importance?: number; readonly days?: number }[],
  options: Pick<MemoryOptions, 'reranker'> = {},
): Promise<Memory> {
  const { memory } = await openMemory({ now: () => now, ...options })
  await memory.addBatch(
    inputs.map(({ id, importance, days = 0 }) => ({
      id,
      content: 'green tea',
      importance,
      createdAt: now - days * day,
      runId: id,
    })),
    ana,
  )
  return memory
}

async function ids(memory: Memory, options: SearchOptions): Promise<string[]> {
  return (await memory.search('tea', { ...alone, ...options })).results.map(({ id }) => id)
}

describe('rank', () => {
  test('is off unless it is asked for', async () => {
    const memory = await openAlike([
      { id: 'a', importance: 0 },
      { id: 'b', importance: 1 },
    ])
    const { results } = await memory.search('tea', { ...alone, explain: true })
    expect(results[0]?.scores).not.toHaveProperty('importance')
    const plain = results.map(({ id, score }) => [id, score])
    for (const rank of [{}, { importance: 0, recency: { weight: 0 } }, { recency: { halfLifeDays: 3 } }]) {
      const found = await memory.search('tea', { ...alone, rank })
      expect(found.results.map(({ id, score }) => [id, score])).toEqual(plain)
    }
  })

  test('by importance puts what matters before what answers as well', async () => {
    const memory = await openAlike([
      { id: 'low', importance: 0 },
      { id: 'high', importance: 1 },
      { id: 'middle', importance: 0.5 },
    ])
    expect(await ids(memory, { rank: { importance: 0.1 } })).toEqual(['high', 'middle', 'low'])
  })

  test('by recency puts the new before the old, by the now of the search', async () => {
    const memory = await openAlike([
      { id: 'old', days: 90 },
      { id: 'new', days: 1 },
      { id: 'month', days: 30 },
    ])
    const rank = { recency: { weight: 0.5, halfLifeDays: 30 } }
    expect(await ids(memory, { rank })).toEqual(['new', 'month', 'old'])
    const { results } = await memory.search('tea', { ...alone, rank, explain: true, now: now - 30 * day })
    expect(results.map(({ id, scores }) => [id, scores?.recency])).toEqual([
      // What is of a later time than now counts as of now.
      ['month', 1],
      ['new', 1],
      ['old', 0.25],
    ])
  })

  test('multiplies the score, and explains by how much', async () => {
    const memory = await openAlike([{ id: 'a', importance: 0.5, days: 30 }])
    const [plain] = (await memory.search('tea', alone)).results
    const rank = { importance: 0.2, recency: { weight: 0.4, halfLifeDays: 30 } }
    const [ranked] = (await memory.search('tea', { ...alone, rank, explain: true })).results
    expect(ranked?.score).toBeCloseTo((plain?.score ?? 0) * 1.3, 12)
    expect(ranked?.scores).toMatchObject({ importance: 0.5, recency: 0.5 })
    expect(ranked?.explanation?.slice(-2)).toEqual([
      '10% more: its importance is 0.50',
      '20% more: it is of 2026-05-02',
    ])
  })

  test('looks at four times as many as are asked for, and no further', async () => {
    const { memory } = await openMemory({ now: () => now })
    const inputs = Array.from({ length: 12 }, (_, n) => ({
      id: `m${n}`,
      content: `tea ${'and rice '.repeat(n)}`,
      importance: n === 7 || n === 11 ? 1 : 0,
      runId: `r${n}`,
    }))
    await memory.addBatch(inputs, ana)
    const plain = await ids(memory, { topK: 12 })
    expect(plain).toEqual(inputs.map(({ id }) => id))
    expect(await ids(memory, { topK: 2, rank: { importance: 10 } })).toEqual(['m7', 'm0'])
    expect(await ids(memory, { topK: 3, rank: { importance: 10 } })).toEqual(['m7', 'm11', 'm0'])
    const where = { id: { ne: 'm0' } }
    expect(await ids(memory, { topK: 2, where, rank: { importance: 10 } })).toEqual(['m7', 'm1'])
  })

  test('never counts how often a memory was found', async () => {
    const { memory, store } = await openMemory({ now: () => now })
    await memory.addBatch(
      [
        { id: 'a', content: 'green tea' },
        { id: 'b', content: 'green tea' },
      ],
      ana,
    )
    const rank = { importance: 1, recency: { weight: 1 } }
    const before = await memory.search('tea', { ...alone, rank })
    for (let n = 0; n < 20; n++) await store.touch([{ orgId: 'default', id: 'b' }], now)
    const after = await memory.search('tea', { ...alone, rank })
    expect(after.results.map(({ id, score }) => [id, score])).toEqual(
      before.results.map(({ id, score }) => [id, score]),
    )
  })

  test('orders what the reranker gave, and brings a score below zero nearer to it', async () => {
    const reranker: Reranker = {
      model: 'even',
      rerank: async (_query, texts) => texts.map(() => 0.5),
      close: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }
    const memory = await openAlike(
      [
        { id: 'low', importance: 0 },
        { id: 'high', importance: 1 },
      ],
      { reranker },
    )
    const { results } = await memory.search('tea', { ...alone, rank: { importance: 0.1 } })
    expect(results.map(({ id, score }) => [id, score])).toEqual([
      ['high', 0.55],
      ['low', 0.5],
    ])
    const { memory: vectors, embedder } = await openMemory()
    const [tea] = await embedder.embed(['tea'], { as: 'query' })
    const away = Float32Array.from(tea as Float32Array, value => -value)
    await vectors.addBatch(
      [
        { id: 'low', content: 'x', importance: 0, embedding: away },
        { id: 'high', content: 'y', importance: 1, embedding: away },
      ],
      ana,
    )
    const found = await vectors.search('tea', { ...ana, mode: 'vector', rank: { importance: 1 } })
    expect(found.results.map(({ id }) => id)).toEqual(['high', 'low'])
    expect(found.results[0]?.score).toBeCloseTo(-0.5, 6)
  })

  test('of anything else is refused', async () => {
    const { memory } = await openMemory()
    const wrong = [
      { access: 1 },
      { importance: -1 },
      { importance: 'high' },
      { recency: 1 },
      { recency: { weight: Number.NaN } },
      { recency: { weight: 0.1, halfLifeDays: 0 } },
      { recency: { weight: 0.1, halflife: 30 } },
    ]
    for (const rank of wrong) {
      await expect(
        memory.search('tea', { ...ana, rank: rank as SearchOptions['rank'] }),
      ).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('rank'),
      })
    }
  })
})
