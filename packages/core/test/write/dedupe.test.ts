import { describe, expect, test } from 'vitest'

import { openMemory } from '../kit/open-memory.ts'

const alice = { userId: 'alice' }
const dedupe = { ...alice, dedupe: true }

describe('dedupe', () => {
  test('answers NONE with the id of the memory that is kept', async () => {
    const { memory, store } = await openMemory()
    const [first] = (await memory.add('likes tea', dedupe)).results
    const [second] = (await memory.add('likes tea', dedupe)).results
    expect(first?.event).toBe('ADD')
    expect(second).toEqual({ ...first, event: 'NONE' })
    expect((await store.stats()).memories).toBe(1)
    expect(await memory.history(first?.id ?? '')).toHaveLength(1)
  })

  test('yields to an older memory that was added without it', async () => {
    const { memory } = await openMemory()
    const [plain] = (await memory.add('likes tea', alice)).results
    expect((await memory.add('likes tea', dedupe)).results).toMatchObject([{ id: plain?.id, event: 'NONE' }])
  })

  test('without it, one content is stored as often as it is said', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(['likes tea', 'likes tea'], alice)
    await memory.add('likes tea', alice)
    expect((await store.stats()).memories).toBe(3)
  })

  test('stores one of many that are written at once', async () => {
    const { memory, store } = await openMemory({ coalesce: false })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        i % 5 ? memory.add('likes tea', dedupe) : memory.addBatch(['likes tea', 'likes tea'], dedupe),
      ),
    )
    const results = answers.flatMap(answer => answer.results)
    expect(results).toHaveLength(60)
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    expect(results.filter(({ event }) => event === 'ADD')).toHaveLength(1)
    expect((await store.stats()).memories).toBe(1)
  })

  test('two Memories on one Store keep one between them', async () => {
    const { memory, store } = await openMemory()
    const other = await openMemory({ store })
    const answers = await Promise.all([memory, other.memory].map(each => each.add('likes tea', dedupe)))
    const results = answers.flatMap(answer => answer.results)
    expect(results.map(({ event }) => event).toSorted()).toEqual(['ADD', 'NONE'])
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
  })

  test('is of one scope: another user, agent or run keeps its own', async () => {
    const { memory, store } = await openMemory()
    for (const scope of [alice, { userId: 'bob' }, { ...alice, runId: 'r1' }, { agentId: 'alice' }]) {
      const { results } = await memory.add('likes tea', { ...scope, dedupe: true })
      expect(results[0]?.event).toBe('ADD')
    }
    expect((await store.stats()).memories).toBe(4)
    // Nor does one of another scope that was added without dedupe keep a new one out.
    await memory.add('likes rain', alice)
    expect((await memory.add('likes rain', { userId: 'bob', dedupe: true })).results[0]?.event).toBe('ADD')
  })

  test('a memory that has expired makes room for a new one, and is gone', async () => {
    let now = 1_000
    const { memory, store } = await openMemory({ now: () => now })
    const [old] = (await memory.add({ content: 'likes tea', expiresAt: 2_000 }, dedupe)).results
    now = 2_000
    const answer = await memory.addBatch(['likes tea', 'likes tea', 'likes milk'], dedupe)
    const [first, second, third] = answer.results
    expect([first?.event, second?.event, third?.event]).toEqual(['ADD', 'NONE', 'ADD'])
    expect(first?.id).not.toBe(old?.id)
    expect(second?.id).toBe(first?.id)
    expect((await store.stats()).memories).toBe(2)
    const { results } = await memory.search('likes tea', alice)
    expect(new Set(results.map(({ id }) => id))).toEqual(new Set([first?.id, third?.id]))
    expect((await memory.history(old?.id ?? '')).map(({ event }) => event)).toEqual(['ADD', 'DELETE'])
  })

  test('an update to a content that another memory of the scope keeps is a CONFLICT', async () => {
    const { memory } = await openMemory()
    const { results } = await memory.addBatch(['likes tea', 'likes milk'], dedupe)
    const [tea, milk] = results
    await expect(memory.update(milk?.id ?? '', 'likes tea')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await memory.get(milk?.id ?? ''))?.memory).toBe('likes milk')
    await memory.update(tea?.id ?? '', 'likes coffee')
    expect((await memory.add('likes tea', dedupe)).results[0]?.event).toBe('ADD')
    expect((await memory.add('likes coffee', dedupe)).results[0]).toMatchObject({
      id: tea?.id,
      event: 'NONE',
    })
  })
})
