import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Where } from '../../src/contracts/where.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const words = ['tea', 'milk', 'rice', 'fish', 'rain', 'snow', 'road', 'train', 'book', 'music']

/** Texts of one to four words, by number: each combination of a few, none twice. */
function text(n: number): string {
  return [n % 10, (n / 10) % 10, (n / 100) % 10].map(i => words[Math.floor(i)]).join(' ') + ` ${n}`
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
}

describe('search', () => {
  test('answers with whole memories, the nearest first', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(['green tea', 'green grass in the rain', 'black coffee'], {
      ...alice,
      metadata: { n: 1 },
    })
    const { results } = await memory.search('green tea', { mode: 'vector', ...alice, topK: 2 })
    expect(results).toMatchObject([
      { memory: 'green tea', userId: 'alice', metadata: { n: 1 }, version: 1 },
      { memory: 'green grass in the rain' },
    ])
    expect(results[0]?.score).toBeCloseTo(1, 5)
    const item = await memory.get(results[0]?.id ?? '')
    expect(results[0]).toEqual({ ...item, score: results[0]?.score })
  })

  test('returns topK at most, 10 by default, and none below the threshold', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(
      Array.from({ length: 30 }, (_, n) => text(n)),
      alice,
    )
    expect((await memory.search('tea', { ...alice, mode: 'vector' })).results).toHaveLength(10)
    expect((await memory.search('tea', { mode: 'vector', ...alice, topK: 3 })).results).toHaveLength(3)
    const all = (await memory.search('tea', { mode: 'vector', ...alice, topK: 100 })).results
    expect(all).toHaveLength(30)
    const threshold = all[4]?.score ?? 0
    const above = (await memory.search('tea', { mode: 'vector', ...alice, topK: 100, threshold })).results
    expect(above).toEqual(all.filter(({ score }) => score >= threshold))
    expect(above.length).toBeGreaterThanOrEqual(5)
    expect(above.length).toBeLessThan(30)
  })

  test('finds nothing where there is nothing', async () => {
    const { memory } = await openMemory()
    expect(await memory.search('tea', { ...alice, mode: 'vector' })).toEqual({ results: [] })
  })

  test('never returns a memory that has expired, and fills up with the next ones', async () => {
    let now = 0
    const { memory } = await openMemory({ now: () => now })
    await memory.addBatch([
      ...Array.from({ length: 15 }, () => ({ content: 'tea', ...alice, expiresAt: 100 })),
      ...Array.from({ length: 12 }, (_, n) => ({ content: `tea and ${n}`, ...alice })),
    ])
    now = 100
    const { results } = await memory.search('tea', { ...alice, mode: 'vector' })
    expect(results).toHaveLength(10)
    expect(results.every(({ memory: text }) => text.startsWith('tea and'))).toBe(true)
  })

  test('a few expired memories do not make it go through the Store', async () => {
    let now = 0
    let queries = 0
    const inner = new MapStore()
    const store = override(inner, {
      query: (...args) => {
        queries++
        return inner.query(...args)
      },
    })
    const { memory } = await openMemory({ store, now: () => now })
    await memory.add({ content: 'tea', ...alice, expiresAt: 100 })
    await memory.addBatch(
      Array.from({ length: 50 }, (_, n) => text(n)),
      alice,
    )
    now = 100
    expect((await memory.search('tea', { ...alice, mode: 'vector' })).results).toHaveLength(10)
    expect(queries).toBe(0)
  })

  test('searchBatch answers each query by its own options, aligned', async () => {
    const { memory } = await openMemory()
    await memory.addBatch([
      { content: 'green tea', ...alice },
      { content: 'green grass', ...alice },
      { content: 'green tea', userId: 'bob' },
    ])
    const answers = await memory.searchBatch([
      { query: 'green tea', ...alice, topK: 1 },
      { query: 'green', userId: 'bob' },
      { query: 'green', userId: 'nobody' },
      { query: 'green', ...alice, where: { content: { contains: 'grass' } } },
    ])
    expect(answers.map(({ results }) => results.map(item => [item.userId, item.memory]))).toEqual([
      [['alice', 'green tea']],
      [['bob', 'green tea']],
      [],
      [['alice', 'green grass']],
    ])
    expect(await memory.searchBatch([])).toEqual([])
  })
})

describe('search with a filter', () => {
  test('is exact however much the filter drops, compared with brute force', async () => {
    const embedder = new WordEmbedder()
    const { memory } = await openMemory({ embedder })
    const inputs = Array.from({ length: 600 }, (_, n) => ({
      id: `m${String(n).padStart(3, '0')}`,
      content: text(n),
      metadata: { n, rare: n % 97 === 0, half: n % 2 === 0 },
      ...alice,
    }))
    await memory.addBatch(inputs)
    const filters: [Where, (n: number) => boolean][] = [
      [{ 'metadata.rare': true }, n => n % 97 === 0],
      [{ 'metadata.half': true }, n => n % 2 === 0],
      [{ 'metadata.n': { gte: 590 } }, n => n >= 590],
      [{ 'metadata.n': -1 }, () => false],
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...words),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(...filters),
        async (word, topK, [where, passes]) => {
          const { results } = await memory.search(word, { mode: 'vector', ...alice, topK, where })
          const query = embedder.vectorOf(word)
          const scores = inputs
            .filter((_, n) => passes(n))
            .map(({ content }) => dot(query, embedder.vectorOf(content)))
            .toSorted((a, b) => b - a)
            .slice(0, topK)
          expect(results).toHaveLength(scores.length)
          results.forEach(({ score }, i) => expect(score).toBeCloseTo(scores[i] ?? Number.NaN, 5))
          expect(results.every(({ metadata }) => passes(Number(metadata['n'])))).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('goes through the Store only when the index cannot know enough', async () => {
    let queries = 0
    const inner = new MapStore()
    const store = override(inner, {
      query: (...args) => {
        queries++
        return inner.query(...args)
      },
    })
    const { memory } = await openMemory({ store })
    const inputs = Array.from({ length: 6_000 }, (_, n) => ({ content: text(n), metadata: { n }, ...alice }))
    await memory.addBatch(inputs)
    await memory.search('tea', { mode: 'vector', ...alice, topK: 1, where: { 'metadata.n': { lt: 100 } } })
    expect(queries).toBe(0)
    const { results } = await memory.search('tea', {
      mode: 'vector',
      ...alice,
      topK: 5,
      where: { 'metadata.n': 777 },
    })
    expect(results.map(({ memory }) => memory)).toEqual([text(777)])
    expect(queries).toBe(1)
  })

  test('does not look for what the threshold would drop again', async () => {
    const { memory, index } = await openMemory()
    await memory.addBatch(
      Array.from({ length: 200 }, (_, n) => ({ content: text(n), metadata: { n }, ...alice })),
    )
    const before = index.searches
    const { results } = await memory.search('music', {
      ...alice,
      threshold: 0.99,
      where: { 'metadata.n': 3 },
    })
    expect(results).toEqual([])
    expect(index.searches).toBe(before + 1)
  })
})
