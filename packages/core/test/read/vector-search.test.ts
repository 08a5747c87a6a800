import { describe, expect, test } from 'vitest'

import type { Memory } from '../../src/memory.ts'
import type { SearchMode, SearchOptions } from '../../src/index.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { openMemory } from '../kit/open-memory.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const model = new WordEmbedder()

async function ids(
  memory: Memory,
  query: string | Float32Array,
  options: SearchOptions = {},
): Promise<string[]> {
  const asked = typeof query === 'string' ? query : { embedding: query }
  const { results } = await memory.search(asked, { ...alice, ...options })
  return results.map(({ id }) => id)
}

const inputs = Array.from({ length: 80 }, (_, n) => ({
  id: `m${String(n).padStart(2, '0')}`,
  content: `tea number ${n}${n % 3 === 0 ? ' with milk' : ''}`,
  metadata: { third: n % 3 },
}))

describe('a search by a vector', () => {
  test('answers as its text does by mode vector, without an embed call', async () => {
    const { memory, embedder } = await openMemory()
    await memory.addBatch(inputs, alice)
    const query = 'tea with milk'
    const byText = await memory.search(query, { ...alice, mode: 'vector' })
    const calls = embedder.calls.length
    const vector = model.vectorOf(query)
    expect(await memory.search({ embedding: vector }, alice)).toEqual(byText)
    expect(await memory.search({ embedding: Array.from(vector, x => x * 3) }, alice)).toEqual(byText)
    expect(embedder.calls).toHaveLength(calls)
  })

  test('may stand beside texts in a batch, which is one embed call', async () => {
    const { memory, embedder } = await openMemory()
    await memory.addBatch(inputs, alice)
    const calls = embedder.calls.length
    const [first, second, third] = await memory.searchBatch([
      { query: 'tea', ...alice, topK: 1, mode: 'vector' },
      { embedding: model.vectorOf('tea number 7'), ...alice, topK: 1 },
      { query: 'number 9', ...alice, topK: 1, mode: 'vector' },
    ])
    expect([first, second, third].map(found => found?.results.length)).toEqual([1, 1, 1])
    expect(second?.results[0]?.id).toBe('m07')
    expect(embedder.calls.slice(calls)).toEqual([['tea', 'number 9']])
  })

  const vector = model.vectorOf('tea')
  test.each<[string, object]>([
    ['a wrong dimension', { embedding: [1, 2] }],
    ['a vector of zeros', { embedding: new Float32Array(vector.length) }],
    ['NaN', { embedding: vector.map(() => NaN) }],
    ['a text in the place of a vector', { embedding: 'tea' }],
    ['both', { embedding: vector, query: 'tea' }],
    ['neither', {}],
    ['a search by words', { embedding: vector, mode: 'text' }],
    ['a reranker', { embedding: vector, rerank: true }],
  ])('refuses %s', async (_, search) => {
    const { memory } = await openMemory()
    const found = memory.searchBatch([{ ...search, ...alice }])
    await expect(found).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('of a model that was changed meanwhile is refused', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(inputs.slice(0, 3), alice)
    const next = new WordEmbedder({ model: 'next', dimensions: vector.length })
    const search = memory.reembed(next, { index: new ControlledIndex(vector.length) })
    const results = await Promise.allSettled([search, memory.search({ embedding: vector }, alice)])
    expect(results[0]?.status).toBe('fulfilled')
    // It was answered before the change, or refused after it.
    if (results[1]?.status === 'rejected') expect(results[1].reason).toMatchObject({ code: 'MODEL_MISMATCH' })
    expect(await ids(memory, next.vectorOf('tea number 2'), { topK: 1 })).toEqual(['m02'])
  })
})

describe('an offset', () => {
  test.each<SearchMode>(['text', 'vector', 'hybrid'])('%s: pages of 7 are one answer of 70', async mode => {
    const { memory } = await openMemory()
    await memory.addBatch(inputs, alice)
    for (const where of [undefined, { 'metadata.third': { ne: 1 } }]) {
      const all = await ids(memory, 'tea with milk', { mode, topK: 70, where })
      const pages: string[] = []
      for (let offset = 0; offset < 70; offset += 7)
        pages.push(...(await ids(memory, 'tea with milk', { mode, topK: 7, offset, where })))
      expect(pages).toEqual(all)
    }
  })

  test('with topK is at most 10,000', async () => {
    const { memory } = await openMemory()
    const found = memory.search('tea', { ...alice, topK: 10, offset: 9_991 })
    await expect(found).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('a memory with index: false', () => {
  const hidden = { id: 'hidden', content: 'green tea', index: false }

  test('is stored, listed and counted, not embedded and not found', async () => {
    const { memory, embedder } = await openMemory()
    await memory.addBatch([hidden, { id: 'seen', content: 'black tea' }], alice)
    expect(embedder.calls).toEqual([['black tea']])
    for (const mode of ['text', 'vector', 'hybrid'] as const)
      expect(await ids(memory, 'green tea', { mode })).toEqual(['seen'])
    expect(await memory.get('hidden')).toMatchObject({ memory: 'green tea' })
    expect(await memory.count(alice)).toBe(2)
    await memory.update('hidden', 'white tea')
    expect(embedder.calls.filter(texts => texts.includes('white tea'))).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 1 })
  })

  test('is found once an indexed one has replaced it, and the other way round not', async () => {
    const { memory } = await openMemory()
    const replace = { ...alice, onTaken: 'replace' } as const
    await memory.add(hidden, alice)
    await memory.add({ ...hidden, index: true }, replace)
    expect(await ids(memory, 'green tea')).toEqual(['hidden'])
    await memory.flush()
    await memory.add(hidden, replace)
    expect(await ids(memory, 'green tea')).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 0 })
  })

  test('brings no embedding, and index is true or false', async () => {
    const { memory } = await openMemory()
    for (const input of [
      { ...hidden, embedding: model.vectorOf('tea') },
      { ...hidden, index: 'no' as never },
    ])
      await expect(memory.add(input, alice)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('a filter', () => {
  test('takes times as add does', async () => {
    const { memory } = await openMemory()
    const dates = ['2024-05-01', '2024-05-02', '2024-05-03']
    await memory.addBatch(
      dates.map(date => ({ id: date, content: `tea on ${date}`, createdAt: `${date}T00:00:00Z` })),
      alice,
    )
    const found = async (createdAt: object | Date): Promise<string[]> => {
      const { results } = await memory.getAll({ ...alice, where: { createdAt } as never })
      return results.map(({ id }) => id).toSorted()
    }
    const second = new Date('2024-05-02T00:00:00Z')
    expect(await found({ gte: second })).toEqual(dates.slice(1))
    expect(await found({ gt: '2024-05-02T00:00:00Z' })).toEqual(dates.slice(2))
    expect(await found({ in: [second, '2024-05-01T00:00:00Z'] })).toEqual(dates.slice(0, 2))
    expect(await found(second)).toEqual(dates.slice(1, 2))
    for (const where of [{ createdAt: { gt: 'soon' } }, { createdAt: new Date(NaN) }, { content: second }]) {
      const refused = memory.count({ ...alice, where })
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
  })

  test('names any key of the metadata by its path, also one that objects are born with', async () => {
    const { memory } = await openMemory()
    const metadata = { 'a.b': { '1 c': 7 }, constructor: 'builder', Größe: 'S' }
    await memory.add({ id: 'm1', content: 'tea', metadata }, alice)
    await memory.add({ id: 'm2', content: 'milk' }, alice)
    for (const where of [
      { path: ['a.b', '1 c'], gte: 7 },
      { path: ['Größe'], in: ['S', 'M'] },
      { 'metadata.constructor': 'builder' },
      { and: [{ path: ['constructor'], eq: 'builder' }, { not: { path: ['a.b'], exists: false } }] },
    ])
      expect(await memory.count({ ...alice, where })).toBe(1)
    expect((await memory.get('m1'))?.metadata).toEqual(metadata)
  })
})
