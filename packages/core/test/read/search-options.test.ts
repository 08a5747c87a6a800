import { describe, expect, onTestFinished, test } from 'vitest'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'

const alice = { userId: 'alice' }

async function openTexts(): Promise<Memory> {
  const memory = await Memory.open({ store: new MapStore() })
  onTestFinished(() => memory.close())
  return memory
}

describe('what a search is told', () => {
  test('minCoverage finds nothing where no text has enough of the query', async () => {
    const memory = await openTexts()
    await memory.addBatch(['green tea', 'rain'], alice)
    const asked = (minCoverage: number) => memory.search('green zebra crossing', { ...alice, minCoverage })
    expect((await asked(0.1)).results.length).toBeGreaterThan(0)
    expect(await asked(0.6)).toEqual({ results: [] })
  })

  test('expand brings what stands beside a hit in its run', async () => {
    const memory = await openTexts()
    await memory.addBatch(
      ['one', 'two', 'the garden', 'four', 'five'].map((content, n) => ({ content, id: `${n}` })),
      { ...alice, runId: 'r' },
    )
    await memory.add({ content: 'elsewhere', runId: 's', ...alice })
    const { results } = await memory.search('garden', { ...alice, topK: 1, expand: 1 })
    expect(results[0]?.neighbours?.map(({ memory }) => memory)).toEqual(['two', 'four'])
    const plain = await memory.search('garden', { ...alice, topK: 1 })
    expect(plain.results[0]).not.toHaveProperty('neighbours')
  })

  test('explain tells each part and its share of the score, in words', async () => {
    const memory = await openTexts()
    await memory.addBatch(
      [
        { content: 'Ann: I planted roses', id: 'a', createdAt: '2023-04-27T10:00:00Z' },
        { content: 'Bob: I planted tulips', id: 'b', createdAt: '2023-01-02T10:00:00Z' },
      ],
      alice,
    )
    const { results } = await memory.search('What did Ann plant on 27 April?', { ...alice, explain: true })
    expect(results[0]).toMatchObject({ id: 'a', scores: { text: 1, run: 1, actor: 1, date: 1 } })
    expect(results[0]?.explanation).toEqual([
      '45% of the score: it is of the time that the query names, or shortly after',
      expect.stringMatching(
        /^38% of the score: its words and those of the texts beside it; it has \d+% of the query itself$/,
      ),
      '11% of the score: the query names who said it',
      '6% of the score: the words of the whole run',
    ])
    expect((await memory.search('Ann', alice)).results[0]).not.toHaveProperty('scores')
  })

  test.each([
    [{ mode: 'words' }, "mode must be 'hybrid', 'vector' or 'text', not \"words\""],
    [{ threshold: -0.5, mode: 'text' }, 'threshold'],
    [{ threshold: 2 }, 'threshold'],
    [{ minSimilarity: 0.5, mode: 'text' }, 'minSimilarity goes with another mode'],
    [{ minCoverage: 0.5, mode: 'vector' }, 'minCoverage goes with another mode'],
    [{ minCoverage: 2 }, 'minCoverage'],
    [{ expand: 11 }, 'expand'],
    [{ expand: 0.5 }, 'expand'],
    [{ weights: { words: 1 } }, 'weights'],
    [{ weights: { actor: -1 } }, 'weights.actor'],
    [{ weights: { asks: 2 } }, 'weights.asks'],
    [{ rerank: { candidates: 0 } }, 'rerank.candidates'],
    [{ rerank: { top: 5 } }, 'rerank'],
    [{ context: 'no' }, 'context'],
    [{ explain: 1 }, 'explain'],
    [{ now: Number.NaN }, 'now'],
  ])('%j is refused', async (options, message) => {
    const { memory } = await openMemory()
    const search = memory.search('tea', { ...alice, ...(options as object) })
    await expect(search).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    })
  })
})
