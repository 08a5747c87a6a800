import { describe, expect, test } from 'vitest'

import { MemoryError } from '../../src/contracts/errors.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { AddInput } from '../../src/memory-api.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const texts = Array.from({ length: 20 }, (_, i) => `memory number ${i}`)

/** An embedder that refuses every batch with a poisoned text in it. */
function pickyEmbedder(): WordEmbedder {
  const embedder = new WordEmbedder()
  embedder.before = async batch => {
    if (batch.some(text => text.includes('poison'))) throw new Error('the text is too long for the model')
  }
  return embedder
}

describe('addBatch', () => {
  test('answers in the order of the inputs, which may be of several scopes', async () => {
    const { memory } = await openMemory()
    const { results, failed } = await memory.addBatch(
      texts.map((content, i) => ({ content, userId: i % 2 ? 'bob' : 'alice' })),
    )
    expect(failed).toEqual([])
    expect(results.map(result => result.memory)).toEqual(texts)
    const items = await memory.getBatch(results.map(({ id }) => id))
    expect(items.map(item => [item?.memory, item?.userId])).toEqual(
      texts.map((text, i) => [text, i % 2 ? 'bob' : 'alice']),
    )
  })

  test('of nothing does nothing', async () => {
    const { memory, store, embedder } = await openMemory()
    const before = store.counters
    expect(await memory.addBatch([], alice)).toEqual({ results: [], failed: [], relations: [] })
    expect(store.counters).toEqual(before)
    expect(embedder.calls).toEqual([])
  })

  test('is all or nothing: one bad input, and none is stored', async () => {
    const { memory, store, embedder } = await openMemory()
    const attempt = memory.addBatch([...texts, ' '], alice)
    await expect(attempt).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('inputs[20]'),
    })
    expect(embedder.calls).toEqual([])
    expect((await store.stats()).memories).toBe(0)
  })

  test('is all or nothing: one text that cannot be embedded, and none is stored', async () => {
    const { memory, store } = await openMemory({ embedder: pickyEmbedder() })
    await expect(memory.addBatch([...texts, 'poison'], alice)).rejects.toMatchObject({ code: 'BACKEND' })
    expect((await store.stats()).memories).toBe(0)
  })

  test('is all or nothing: two inputs with one id, and none is stored', async () => {
    const { memory, store } = await openMemory()
    const twice = [
      { id: 'm1', content: 'one' },
      { id: 'm1', content: 'two' },
    ]
    await expect(memory.addBatch(twice, alice)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect((await store.stats()).memories).toBe(0)
  })

  test('sees a hole in the inputs as the missing memory it is', async () => {
    const { memory } = await openMemory()
    const inputs: AddInput[] = ['one']
    inputs[2] = 'three'
    await expect(memory.addBatch(inputs, alice)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    const { results, failed } = await memory.addBatch(inputs, { ...alice, onError: 'report' })
    expect(results).toMatchObject([{ event: 'ADD' }, undefined, { event: 'ADD' }])
    expect(failed.map(({ index }) => index)).toEqual([1])
  })
})

describe("addBatch with onError: 'report'", () => {
  test('stores all but the inputs that are wrong, each named with its reason', async () => {
    const { memory, store } = await openMemory({ embedder: pickyEmbedder() })
    const inputs: AddInput[] = [...texts]
    inputs[3] = ''
    inputs[7] = 'a poison text'
    inputs[16] = { content: 'x', importance: 2 }
    const { results, failed } = await memory.addBatch(inputs, { ...alice, onError: 'report' })
    expect(failed.map(({ index, retryable }) => [index, retryable])).toEqual([
      [3, false],
      [7, false],
      [16, false],
    ])
    expect(failed[1]?.error.message).toContain('too long for the model')
    expect(results).toHaveLength(20)
    expect(results.map(result => result?.memory)).toEqual(
      inputs.map((input, i) => ([3, 7, 16].includes(i) ? undefined : input)),
    )
    expect((await store.stats()).memories).toBe(17)
    const { results: found } = await memory.getAll(alice)
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(results.flatMap(result => result?.id ?? [])))
  })

  test('looks for one poisoned text among n in no more than 2 log2(n) + 1 attempts', async () => {
    const embedder = pickyEmbedder()
    const { memory } = await openMemory({ embedder, cache: false })
    const inputs = Array.from({ length: 64 }, (_, i) => (i === 41 ? 'poison' : `text ${i}`))
    await memory.addBatch(inputs, { ...alice, onError: 'report' })
    expect(embedder.calls).toHaveLength(13)
  })

  test('reports every input of a batch that the backend failed, without trying each', async () => {
    const inner = new MapStore()
    let puts = 0
    const store = override(inner, {
      put: async () => {
        puts++
        throw Object.assign(new Error('the server is gone'), {
          name: 'MemoryError',
          code: 'UNAVAILABLE',
          retryable: true,
        })
      },
    })
    const { memory } = await openMemory({ store })
    const { results, failed } = await memory.addBatch(texts, { ...alice, onError: 'report' })
    expect(results).toEqual(texts.map(() => undefined))
    expect(failed.map(({ index, retryable }) => [index, retryable])).toEqual(texts.map((_, i) => [i, true]))
    expect(puts).toBe(1)
  })

  test('reports every input when the embedder refuses whatever it is sent, after a few attempts', async () => {
    const embedder = new WordEmbedder()
    embedder.before = async () => {
      throw new MemoryError('BACKEND', 'the key is not valid')
    }
    const { memory } = await openMemory({ embedder, cache: false })
    const inputs = Array.from({ length: 64 }, (_, i) => `text ${i}`)
    const { failed } = await memory.addBatch(inputs, { ...alice, onError: 'report' })
    expect(failed.map(({ index }) => index)).toEqual(inputs.map((_, i) => i))
    expect(embedder.calls.length).toBeLessThan(12)
  })
})
