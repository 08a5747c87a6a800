import { describe, expect, test } from 'vitest'
import type { SearchOptions } from '../../src/search-api.ts'
import { saying } from './fake-extractor.ts'
import { ana, infer, openInference, said } from './open-inference.ts'
import type { OpenedInference } from './open-inference.ts'

const messages = [
  said('Ana bakes bread, and Ana paints boats', { id: 'm1' }),
  said('The bread of Ana is rye', { id: 'm2' }),
]

/** Two messages, a fact of each alone, and one of both. */
async function openWithFacts(): Promise<OpenedInference> {
  const opened = await openInference()
  opened.extractor.facts = ({ messages: [first, second] }) =>
    saying([
      { text: 'Ana paints boats', sources: [first?.n] },
      { text: 'Ana bakes rye bread', sources: [first?.n, second?.n] },
    ])
  await opened.memory.add(messages, infer)
  return opened
}

async function found({ memory }: OpenedInference, query: string, options: SearchOptions = {}) {
  const { results } = await memory.search(query, { ...ana, mode: 'text', ...options })
  return results.map(({ memory: text }) => text)
}

describe('a fact and the messages that say it', () => {
  test('are one hit, for which the better one stands', async () => {
    const opened = await openWithFacts()
    // Of the fact that both messages say, they stand here together.
    expect(await found(opened, 'bread and paints boats')).toEqual([
      'Ana bakes bread, and Ana paints boats',
      'The bread of Ana is rye',
    ])
    // The fact says it for both of them; the other fact of the first says something else.
    expect(await found(opened, 'Ana bakes rye')).toEqual(['Ana bakes rye bread', 'Ana paints boats'])
  })

  test('are a hit each with collapse: false, and where a filter leaves one kind', async () => {
    const opened = await openWithFacts()
    expect(await found(opened, 'bakes rye bread', { collapse: false })).toHaveLength(3)
    expect(await found(opened, 'bakes rye bread', { where: { type: 'message' } })).toHaveLength(2)
    expect(await found(opened, 'Ana bakes rye', { where: { origin: 'model' } })).toHaveLength(2)
  })

  test('leave no place of the answer empty, in any mode and on every page', async () => {
    const opened = await openInference()
    const many = Array.from({ length: 60 }, (_, n) => said(`Ana likes boat ${n}`, { id: `m${n}` }))
    await opened.memory.addBatch(many, infer)
    for (const mode of ['text', 'vector', 'hybrid'] as const) {
      const { results } = await opened.memory.search('boat', { ...ana, mode, topK: 40 })
      expect(results).toHaveLength(40)
      expect(new Set(results.map(({ memory: text }) => text)).size).toBe(40)
      const pages: string[] = []
      for (let offset = 0; offset < 80; offset += 20) {
        const page = await opened.memory.search('boat', { ...ana, mode, topK: 20, offset })
        pages.push(...page.results.map(({ memory: text }) => text))
      }
      expect(pages.toSorted()).toEqual(many.map(({ content }) => content).toSorted())
    }
  })

  test('an insight stands beside its facts', async () => {
    const opened = await openWithFacts()
    const [fact] = (await opened.memory.getAll({ ...ana, where: { origin: 'model' } })).results
    await opened.store.put([
      {
        ...((await opened.store.get([{ orgId: 'default', id: fact?.id ?? '' }]))[0] as never as object),
        id: 'insight',
        type: 'insight',
        content: 'Ana makes things by hand, bread and boats',
        vector: null,
        dedupeKey: null,
        reusable: false,
      } as never,
    ])
    expect(await found(opened, 'by hand bread and boats')).toContain(
      'Ana makes things by hand, bread and boats',
    )
    expect(await found(opened, 'Ana bakes rye')).toHaveLength(3)
  })
})
