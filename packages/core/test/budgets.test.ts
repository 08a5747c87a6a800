import { describe, expect, test } from 'vitest'

import { MapStore } from '../src/reference/map-store.ts'
import type { Store } from '../src/contracts/store.ts'
import { openMemory } from './kit/open-memory.ts'
import { override } from './kit/override.ts'
import { WordEmbedder } from './kit/word-embedder.ts'

const alice = { userId: 'alice' }
const texts = Array.from({ length: 1_000 }, (_, n) => `memory number ${n}`)

/** A MapStore that counts the calls of some methods. */
function counting(...names: Extract<keyof Store, string>[]): {
  readonly store: Store
  readonly calls: string[]
} {
  const inner = new MapStore()
  const calls: string[] = []
  const methods = names.map(name => {
    const method = inner[name] as (...args: unknown[]) => unknown
    const counted = (...args: unknown[]): unknown => {
      calls.push(name)
      return method.apply(inner, args)
    }
    return [name, counted]
  })
  return { store: override<Store>(inner, Object.fromEntries(methods) as Partial<Store>), calls }
}

const everything = ['put', 'patch', 'delete', 'deleteAll', 'get', 'vectors', 'query', 'changes'] as const

describe('addBatch of 1,000', () => {
  test('is one embed call and one transaction, and reads nothing', async () => {
    const { store, calls } = counting(...everything)
    const { memory, embedder } = await openMemory({ store })
    const { transactions } = store.counters
    await memory.addBatch(texts, alice)
    expect(embedder.calls).toHaveLength(1)
    expect(store.counters.transactions).toBe(transactions + 1)
    expect(calls).toEqual(['put'])
  })

  test('is one embed call for each batch that the embedder takes', async () => {
    const { memory, embedder } = await openMemory({ embedder: new WordEmbedder({ batchSize: 256 }) })
    await memory.addBatch(texts, alice)
    expect(embedder.calls.map(({ length }) => length)).toEqual([256, 256, 256, 232])
    const { embedder: stats } = await memory.stats()
    expect(stats).toMatchObject({ calls: 4, embedded: 1_000 })
  })

  test('embeds only the texts that are new', async () => {
    const { memory, embedder } = await openMemory()
    await memory.addBatch(texts.slice(0, 600), alice)
    await memory.addBatch(texts, alice)
    expect(embedder.calls.map(({ length }) => length)).toEqual([600, 400])
  })

  test('gives the index its vectors in few large batches', async () => {
    const { memory, index } = await openMemory()
    for (let start = 0; start < 5; start++) {
      await memory.addBatch(
        texts.map(text => `${text} of ${start}`),
        alice,
      )
    }
    await memory.flush()
    expect(index.applied.length).toBeLessThanOrEqual(5)
  })
})

describe('a search', () => {
  test('is one embed call, one index query and one read of the Store', async () => {
    const { store, calls } = counting(...everything)
    const { memory, index, embedder } = await openMemory({ store })
    await memory.addBatch(texts, alice)
    await memory.flush()
    const before = { calls: calls.length, searches: index.searches, embeds: embedder.calls.length }
    await memory.search('a new question', { ...alice, mode: 'vector' })
    expect(calls.slice(before.calls)).toEqual(['get'])
    expect(index.searches).toBe(before.searches + 1)
    expect(embedder.calls).toHaveLength(before.embeds + 1)
    await memory.searchBatch(texts.slice(0, 50).map(query => ({ query: `where is ${query}`, ...alice })))
    expect(calls.slice(before.calls)).toEqual(['get', 'get'])
    expect(index.searches).toBe(before.searches + 2)
    expect(embedder.calls).toHaveLength(before.embeds + 2)
  })

  test('after a write of this process does not read the log', async () => {
    const { store, calls } = counting('changes')
    const { memory } = await openMemory({ store })
    const opened = calls.length
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    await memory.search('tea', { ...alice, mode: 'vector' })
    await memory.update('m1', 'milk')
    await memory.search('milk', { ...alice, mode: 'vector' })
    await memory.delete('m1')
    await memory.search('milk', { ...alice, mode: 'vector' })
    expect(calls).toHaveLength(opened)
  })
})

describe('many changes', () => {
  test('are one read, one embed call and one transaction', async () => {
    const { store, calls } = counting(...everything)
    const { memory, embedder } = await openMemory({ store })
    const { results } = await memory.addBatch(texts, alice)
    const before = { calls: calls.length, embeds: embedder.calls.length }
    await memory.updateBatch(results.map(({ id, memory: content }) => ({ id, content: `new ${content}` })))
    expect(calls.slice(before.calls)).toEqual(['get', 'patch'])
    expect(embedder.calls).toHaveLength(before.embeds + 1)
    await memory.deleteBatch(results.map(({ id }) => id))
    expect(calls.slice(before.calls)).toEqual(['get', 'patch', 'get', 'delete'])
  })

  test('deleteAll is one call of the Store', async () => {
    const { store, calls } = counting(...everything)
    const { memory } = await openMemory({ store })
    await memory.addBatch(texts, alice)
    const before = calls.length
    expect(await memory.deleteAll(alice)).toBe(1_000)
    expect(calls.slice(before)).toEqual(['deleteAll'])
  })
})
