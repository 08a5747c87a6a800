import { describe, expect, onTestFinished, test } from 'vitest'
import type { Embedder } from '../../src/contracts/embedder.ts'
import type { MemoryOptions } from '../../src/memory-api.ts'
import { Memory } from '../../src/memory.ts'
import { ExactIndex } from '../../src/reference/exact-index.ts'
import { HashEmbedder } from '../../src/reference/hash-embedder.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }

/** A memory of text alone, closed when the test ends. */
async function openTexts(options: Partial<MemoryOptions> = {}): Promise<Memory> {
  const memory = await Memory.open({ store: new MapStore(), ...options })
  onTestFinished(() => memory.close())
  return memory
}

function idsOf({ results }: Awaited<ReturnType<Memory['search']>>): string[] {
  return results.map(({ id }) => id)
}

/** Says of 'tea' and 'leaves' that they mean the same, which no word does. */
class MeaningEmbedder extends WordEmbedder {
  override vectorOf(text: string): Float32Array {
    return super.vectorOf(text.toLowerCase().replaceAll(/green leaves/g, 'tea'))
  }
}

describe('the default mode', () => {
  const asked = async (embedder: Embedder): Promise<number> => {
    let searches = 0
    const index = override(new ExactIndex(embedder.dimensions), {})
    const counting = override(index, {
      search: (...args) => {
        searches++
        return index.search(...args)
      },
    })
    const memory = await openTexts({ embedder, index: counting })
    await memory.add('green tea', alice)
    await memory.flush()
    expect((await memory.search('tea', alice)).results).toHaveLength(1)
    return searches
  }

  test('is hybrid with an embedder of meanings: the index is asked', async () => {
    expect(await asked(new WordEmbedder())).toBe(1)
  })

  test('is text with one that knows words only: it is not', async () => {
    expect(await asked(new HashEmbedder())).toBe(0)
  })

  test('is text with none', async () => {
    const memory = await openTexts()
    await memory.add('green tea', alice)
    expect((await memory.search('tea', alice)).results).toMatchObject([{ memory: 'green tea', score: 1 }])
  })
})

describe("mode 'text'", () => {
  test('finds by words, embeds nothing, and asks no index', async () => {
    const { memory, embedder } = await openMemory()
    await memory.addBatch(['green tea', 'rain'], alice)
    const before = embedder.texts
    expect(idsOf(await memory.search('teas', { ...alice, mode: 'text', context: false }))).toHaveLength(1)
    expect(embedder.texts).toBe(before)
  })

  test('reads the head of the log and the records, and no more', async () => {
    const inner = new MapStore()
    const calls: string[] = []
    const store = new Proxy(inner, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          calls.push(String(name))
          return Reflect.apply(value, target, args) as unknown
        }
      },
    })
    const memory = await openTexts({ store })
    await memory.addBatch(['green tea', 'rain'], alice)
    await memory.search('tea', alice)
    calls.length = 0
    await memory.searchBatch([
      { query: 'tea', ...alice },
      { query: 'green', ...alice },
    ])
    expect(calls).toEqual(['head', 'get'])
    calls.length = 0
    await memory.search('tea', { ...alice, expand: 2 })
    expect(calls).toEqual(['head', 'get', 'get'])
  })

  test('keeps the order of what one call brings, whatever the ids', async () => {
    const memory = await openTexts()
    await memory.addBatch(
      ['the garden?', 'roses', 'rain', 'snow'].map((content, n) => ({ content, id: `${9 - n}` })),
      { ...alice, runId: 'r' },
    )
    expect(idsOf(await memory.search('garden', alice))).toEqual(['9', '8', '7', '6'])
  })

  test('a filter changes no score, and fills the answer up', async () => {
    const memory = await openTexts()
    await memory.addBatch(
      Array.from({ length: 3_000 }, (_, n) => ({
        content: `tea ${'and rice '.repeat(n % 5)}${n}`,
        id: `m${n}`,
        metadata: { n, rare: n % 300 === 7 },
      })),
      alice,
    )
    const all = (await memory.search('tea', { ...alice, context: false, topK: 3_000 })).results
    expect(all).toHaveLength(3_000)
    for (const [where, passes] of [
      [{ 'metadata.rare': true }, (n: number) => n % 300 === 7],
      [{ 'metadata.n': { lt: 2 } }, (n: number) => n < 2],
      [{ 'metadata.n': { gte: 100 } }, (n: number) => n >= 100],
    ] as const) {
      const { results } = await memory.search('tea', { ...alice, context: false, where })
      expect(results).toEqual(all.filter(({ metadata }) => passes(metadata['n'] as number)).slice(0, 10))
    }
  })

  test('sees what another memory wrote, changed and deleted in the same Store', async () => {
    const store = new MapStore()
    const [one, other] = [await openTexts({ store, closeParts: false }), await openTexts({ store })]
    expect(idsOf(await one.search('tea', alice))).toEqual([])
    const { results } = await other.addBatch(
      [
        { content: 'green tea', id: 'a' },
        { content: 'tea leaf', id: 'b' },
      ],
      alice,
    )
    expect(results).toHaveLength(2)
    expect(idsOf(await one.search('tea', { ...alice, context: false }))).toEqual(['a', 'b'])
    await other.update('a', 'rain', {})
    await other.delete('b')
    expect(idsOf(await one.search('tea', alice))).toEqual([])
    expect(idsOf(await one.search('rain', alice))).toEqual(['a'])
    await one.deleteAll(alice)
    expect(idsOf(await other.search('rain', alice))).toEqual([])
  })

  test('never returns what has expired', async () => {
    let now = 0
    const memory = await openTexts({ now: () => now })
    await memory.addBatch(
      [
        { content: 'tea', id: 'a', expiresAt: 10 },
        { content: 'tea leaf', id: 'b' },
      ],
      alice,
    )
    now = 10
    expect(idsOf(await memory.search('tea', alice))).toEqual(['b'])
  })

  test('counts relative dates from now, the clock of the memory unless it is given', async () => {
    const memory = await openTexts({ now: () => Date.parse('2024-05-11T12:00Z') })
    await memory.addBatch(
      [
        { content: 'planted roses', id: 'a', createdAt: '2024-05-10T09:00:00Z' },
        { content: 'planted tulips', id: 'b', createdAt: '2023-03-01T09:00:00Z' },
      ],
      alice,
    )
    expect(idsOf(await memory.search('What did I plant yesterday?', alice))[0]).toBe('a')
    const then = { ...alice, now: '2023-03-02T20:00:00Z' }
    expect(idsOf(await memory.search('What did I plant yesterday?', then))[0]).toBe('b')
    await expect(memory.search('tea', { ...alice, now: 'then' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })

  test('says that it is partial where a scope has more texts than may be held', async () => {
    const memory = await openTexts({ text: { maxBytes: 20_000 } })
    await memory.addBatch(
      Array.from({ length: 200 }, (_, n) => ({ content: `tea ${n}` })),
      alice,
    )
    const answer = await memory.search('tea', alice)
    expect(answer.partial).toEqual(['text'])
    expect(answer.results[0]?.memory).toMatch(/^tea 1\d\d$/)
  })
})

describe("mode 'hybrid'", () => {
  async function opened(): Promise<Memory> {
    const embedder = new MeaningEmbedder()
    const memory = await openTexts({ embedder, index: new ExactIndex(embedder.dimensions) })
    await memory.addBatch(
      [
        { content: 'green leaves', id: 'meant' },
        { content: 'tea tea rain', id: 'said' },
        ...Array.from({ length: 20 }, (_, n) => ({ content: `number ${n}`, id: `z${n}` })),
      ],
      alice,
    )
    return memory
  }

  test('finds by meaning what no word finds, and by words what no meaning does', async () => {
    const memory = await opened()
    const query = { ...alice, context: false, topK: 2 }
    expect(idsOf(await memory.search('tea', { ...query, mode: 'text' }))).toEqual(['said'])
    expect(idsOf(await memory.search('tea', { ...query, mode: 'vector', topK: 1 }))).toEqual(['meant'])
    expect(idsOf(await memory.search('tea', query)).toSorted()).toEqual(['meant', 'said'])
  })

  test('weighs the two sides', async () => {
    const memory = await opened()
    const first = async (vector: number): Promise<string | undefined> =>
      idsOf(await memory.search('tea', { ...alice, context: false, weights: { vector } }))[0]
    expect(await first(0.1)).toBe('said')
    expect(await first(20)).toBe('meant')
  })

  test('a score is between 0 and 1, and threshold holds for it', async () => {
    const memory = await opened()
    const { results } = await memory.search('tea', { ...alice, topK: 100 })
    for (const { score } of results) expect(score >= 0 && score <= 1, `${score}`).toBe(true)
    const threshold = results[1]?.score ?? 1
    const above = await memory.search('tea', { ...alice, topK: 100, threshold })
    expect(above.results).toEqual(results.filter(({ score }) => score >= threshold))
  })

  test('minSimilarity leaves out what is less alike, also what words alone found', async () => {
    const memory = await opened()
    const { results } = await memory.search('tea', { ...alice, minSimilarity: 0.95, explain: true })
    expect(results.map(({ id }) => id)).toEqual(['meant'])
    expect(results[0]?.scores?.similarity).toBeCloseTo(1, 5)
  })

  test('finds the only memory there is, whatever it says', async () => {
    const { memory } = await openMemory()
    await memory.add('rain', alice)
    expect((await memory.search('tea', alice)).results).toHaveLength(1)
  })

  test('with an embedder that knows words only, ranks as words do', async () => {
    const embedder = new HashEmbedder()
    const memory = await openTexts({ embedder, index: new ExactIndex(embedder.dimensions) })
    await memory.addBatch(['green tea', 'black tea and milk', 'rain'], alice)
    const texts = await memory.search('green tea', { ...alice, mode: 'text' })
    const both = await memory.search('green tea', { ...alice, mode: 'hybrid' })
    expect(idsOf(both)).toEqual(idsOf(texts))
  })
})
