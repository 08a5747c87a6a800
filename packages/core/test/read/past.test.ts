import { describe, expect, test } from 'vitest'
import type { StoredRecord } from '../../src/contracts/record.ts'
import type { Memory } from '../../src/memory.ts'
import type { SearchMode } from '../../src/search-api.ts'
import { openMemory } from '../kit/open-memory.ts'
import { storedRecord } from '../kit/stored-record.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const model = new WordEmbedder()
const fact = (id: string, content: string, fields: Partial<StoredRecord>): StoredRecord => ({
  ...storedRecord(id, model.vectorOf(content), { content, origin: 'model', ...fields }),
})
/** Paris until 200, Berlin from then on; Rome was wrong, and never held. */
const facts = [
  fact('paris', 'she lives in Paris', { validFrom: 100, validTo: 200, supersededBy: 'berlin' }),
  fact('rome', 'she lives in Rome', { validFrom: 100, supersededBy: 'berlin' }),
  fact('berlin', 'she lives in Berlin', { validFrom: 200 }),
  fact('tea', 'she likes tea', { createdAt: 150 }),
]
const modes: SearchMode[] = ['text', 'vector', 'hybrid']

async function opened(): Promise<Memory> {
  const { memory, store } = await openMemory()
  await store.put(facts)
  return memory
}

async function where(memory: Memory, options: object): Promise<string[]> {
  const { results } = await memory.search('where she lives', { ...alice, topK: 4, ...options })
  return results.filter(({ memory }) => memory.includes('lives')).map(({ id }) => id)
}

describe('what was superseded', () => {
  test.each(modes)('is found by %s when the past is asked for, and not otherwise', async mode => {
    const memory = await opened()
    expect(await where(memory, { mode })).toEqual(['berlin'])
    expect(await where(memory, { mode, asOf: 150 })).toEqual(['paris'])
    expect(await where(memory, { mode, asOf: '1970-01-01T00:00:00.199Z' })).toEqual(['paris'])
    expect(await where(memory, { mode, asOf: new Date(200) })).toEqual(['berlin'])
    expect(await where(memory, { mode, asOf: 99 })).toEqual([])
    expect((await where(memory, { mode, superseded: true })).toSorted()).toEqual(['berlin', 'paris', 'rome'])
    expect(
      await where(memory, { mode, superseded: true, where: { supersededBy: 'berlin' }, topK: 1 }),
    ).toHaveLength(1)
  })

  test('scores of the past are those of the present where nothing has changed', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(['she likes tea', 'she likes figs', 'he plays chess'], alice)
    for (const mode of modes) {
      const now = await memory.search('who likes tea?', { ...alice, mode })
      const then = await memory.search('who likes tea?', { ...alice, mode, asOf: Date.now() + 1_000 })
      expect(then.results.length).toBeGreaterThan(0)
      expect(then.results.map(({ id, score }) => [id, score])).toEqual(
        now.results.map(({ id, score }) => [id, score]),
      )
    }
  })

  test('is read by its id, and listed and counted where it is asked for', async () => {
    const memory = await opened()
    expect(await memory.get('paris')).toMatchObject({ supersededBy: 'berlin', validTo: 200 })
    expect(await memory.count(alice)).toBe(2)
    expect(await memory.count({ ...alice, superseded: true })).toBe(4)
    expect(await memory.count({ ...alice, asOf: 160 })).toBe(2)
    expect((await memory.getAll({ ...alice, asOf: 120 })).results.map(({ id }) => id)).toEqual(['paris'])
  })

  test.each([
    [{ superseded: 1 }, /superseded must be/],
    [{ asOf: 'soon' }, /asOf/],
    [{ asOf: 1, superseded: true }, /go alone/],
  ])('%o is refused', async (options, message) => {
    const memory = await opened()
    await expect(memory.search('tea', { ...alice, ...options } as never)).rejects.toThrow(message)
    await expect(memory.count({ ...alice, ...options } as never)).rejects.toThrow(message)
  })
})
