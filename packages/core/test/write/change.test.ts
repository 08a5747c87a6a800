import { describe, expect, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import type { MemoryChanges } from '../../src/memory-api.ts'
import type { Memory } from '../../src/memory.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'

const alice = { userId: 'alice' }

/** Memories a, b and c, of which b is deleted between the read and the write of a change. */
async function openWhereDeletionComesBetween(): Promise<Memory> {
  const inner = new MapStore()
  const store = override(inner, {
    patch: async (patches, options) => {
      await memory.delete('b')
      return inner.patch(patches, options)
    },
  })
  const { memory } = await openMemory({ store })
  await memory.addBatch(
    ['a', 'b', 'c'].map(id => ({ id, content: id })),
    alice,
  )
  return memory
}

describe('update', () => {
  test('changes the content, its hash, its vector and its version', async () => {
    let now = 1_000
    const { memory } = await openMemory({ now: () => now })
    await memory.addBatch(
      [
        { id: 'm1', content: 'green tea' },
        { id: 'm2', content: 'rain' },
      ],
      { ...alice, actorId: 'A' },
    )
    const before = await memory.get('m1')
    now = 2_000
    const { results } = await memory.update('m1', 'black coffee', { actorId: 'B' })
    expect(results).toEqual([{ id: 'm1', memory: 'black coffee', event: 'UPDATE', actorId: 'A' }])
    const after = await memory.get('m1')
    expect(after).toEqual({
      ...before,
      memory: 'black coffee',
      hash: after?.hash,
      version: 2,
      updatedAt: 2_000,
      updatedBy: 'B',
    })
    expect(after?.hash).not.toBe(before?.hash)
    expect((await memory.search('black coffee', { ...alice, topK: 1 })).results).toMatchObject([{ id: 'm1' }])
  })

  test('of fields alone leaves the rest, and embeds nothing', async () => {
    const { memory, embedder } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea', metadata: { a: 1, b: 2 }, expiresAt: 9e12 }, alice)
    const before = await memory.get('m1')
    const calls = embedder.calls.length
    await memory.update('m1', { metadata: { c: 3 }, importance: 1, expiresAt: null })
    expect(embedder.calls).toHaveLength(calls)
    const updated = await memory.get('m1')
    expect(updated).toEqual({
      ...before,
      metadata: { c: 3 },
      importance: 1,
      expiresAt: null,
      version: 2,
      updatedAt: updated?.updatedAt,
    })
  })

  test('stores the metadata as it was given, whatever is done to it afterwards', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const metadata = { n: 1 }
    const updating = memory.update('m1', { metadata })
    metadata.n = 2
    await updating
    expect((await memory.get('m1'))?.metadata).toEqual({ n: 1 })
  })

  test('with a version is refused once another has changed the memory', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    await memory.update('m1', { content: 'milk', version: 1 })
    await expect(memory.update('m1', { content: 'rice', version: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect((await memory.get('m1'))?.memory).toBe('milk')
  })

  test('changes the memory it names, not one that the changes name', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(
      [
        { id: 'm1', content: 'tea' },
        { id: 'm2', content: 'milk' },
      ],
      alice,
    )
    const changes = { id: 'm2', content: 'rice' } as MemoryChanges
    await expect(memory.update('m1', changes)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect((await memory.get('m2'))?.memory).toBe('milk')
  })

  test('of a batch is all or nothing', async () => {
    const { memory, store } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const head = (await store.head()).position
    const changes = [
      { id: 'm1', content: 'milk' },
      { id: 'nothing', content: 'rice' },
    ]
    await expect(memory.updateBatch(changes)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await store.head()).position).toBe(head)
    expect(await memory.updateBatch([])).toEqual({ results: [], relations: [] })
  })

  test('removes what has expired too, so that its text can be made to go', async () => {
    let now = 0
    const { memory, store } = await openMemory({ now: () => now })
    await memory.add({ id: 'm1', content: 'tea', expiresAt: 100 }, alice)
    now = 100
    expect(await memory.get('m1')).toBeUndefined()
    await expect(memory.update('m1', 'coffee')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await memory.delete('m1')).toBe(true)
    expect((await store.stats()).memories).toBe(0)
  })

  test('of many at once fails only for the one that is wrong', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(
      ['a', 'b', 'c'].map(id => ({ id, content: id })),
      alice,
    )
    const outcomes = await Promise.allSettled(
      ['a', 'nothing', 'b', 'c'].map(id => memory.update(id, `new ${id}`)),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect((await memory.getBatch(['a', 'b', 'c'])).map(item => [item?.memory, item?.version])).toEqual([
      ['new a', 2],
      ['new b', 2],
      ['new c', 2],
    ])
  })

  test('of a batch that overlaps a deletion is all or nothing as well', async () => {
    const memory = await openWhereDeletionComesBetween()
    const changes = ['a', 'b'].map(id => ({ id, content: `new ${id}` }))
    await expect(memory.updateBatch(changes)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await memory.get('a')).toMatchObject({ memory: 'a', version: 1 })
  })

  test('that overlaps a deletion fails alone, and the others are changed once', async () => {
    const memory = await openWhereDeletionComesBetween()
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map(id => memory.update(id, `new ${id}`)))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'NOT_FOUND' } })
    expect((await memory.getBatch(['a', 'b', 'c'])).map(item => item?.version)).toEqual([2, undefined, 2])
    const { results } = await memory.search('new b', alice)
    expect(results.map(({ id }) => id).toSorted()).toEqual(['a', 'c'])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 2 })
  })
})

describe('delete', () => {
  test('tells what was there, and the next search finds none of it', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(
      ['a', 'b', 'c'].map(id => ({ id, content: `tea ${id}` })),
      alice,
    )
    await memory.flush()
    expect(await memory.deleteBatch(['a', 'nothing', 'c'])).toEqual([true, false, true])
    expect(await memory.delete('a')).toBe(false)
    expect((await memory.search('tea', alice)).results.map(({ id }) => id)).toEqual(['b'])
    expect(await memory.deleteBatch([])).toEqual([])
  })

  test('of many at once answers each caller', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(
      ['a', 'b', 'c'].map(id => ({ id, content: id })),
      alice,
    )
    const { transactions } = store.counters
    expect(await Promise.all(['a', 'x', 'b'].map(id => memory.delete(id)))).toEqual([true, false, true])
    expect(store.counters.transactions).toBe(transactions + 1)
  })

  test('deletes what was named, whatever is done to the list afterwards', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(
      ['a', 'b'].map(id => ({ id, content: id })),
      alice,
    )
    const ids = ['a']
    const deleting = memory.deleteBatch(ids)
    ids[0] = 'b'
    expect(await deleting).toEqual([true])
    expect((await memory.getBatch(['a', 'b'])).map(item => item?.id)).toEqual([undefined, 'b'])
  })

  test('deleteAll removes a scope and tells how many there were', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(['one', 'two'], alice)
    await memory.addBatch(['three'], { ...alice, runId: 'r1' })
    await memory.addBatch(['four'], { userId: 'bob' })
    expect(await memory.deleteAll({ runId: 'r1' })).toBe(1)
    expect(await memory.deleteAll({ scope: alice })).toBe(2)
    expect((await memory.search('one two three', alice)).results).toEqual([])
    expect((await memory.search('four', { userId: 'bob' })).results).toHaveLength(1)
  })

  test('reset removes everything, the history as well', async () => {
    const { memory, store } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    await memory.delete('m1')
    await memory.add({ id: 'm2', content: 'milk' }, alice)
    await memory.reset()
    expect((await store.stats()).memories).toBe(0)
    expect(await memory.history('m1')).toEqual([])
    expect((await memory.search('milk', alice)).results).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true })
  })
})

describe('history', () => {
  test('tells what happened, oldest first, also of a memory that is gone', async () => {
    let now = 1_000
    const { memory } = await openMemory({ now: () => now })
    await memory.add({ id: 'm1', content: 'tea', actorId: 'A', role: 'user' }, alice)
    now = 2_000
    await memory.update('m1', 'milk', { actorId: 'B' })
    await memory.delete('m1', { actorId: 'C' })
    const entries = await memory.history('m1')
    expect(entries).toMatchObject([
      { event: 'ADD', previousValue: null, newValue: 'tea', actorId: 'A', role: 'user', createdAt: 1_000 },
      { event: 'UPDATE', previousValue: 'tea', newValue: 'milk', actorId: 'B', createdAt: 2_000 },
      { event: 'DELETE', previousValue: 'milk', newValue: null, actorId: 'C' },
    ])
    expect(entries.every(({ memoryId, scope }) => memoryId === 'm1' && scope.userId === 'alice')).toBe(true)
    expect(new Set(entries.map(({ id }) => id)).size).toBe(3)
    expect(await memory.history('nothing')).toEqual([])
  })

  test('names each actor, when several change memories at once', async () => {
    const { memory } = await openMemory()
    const ids = ['a', 'b', 'c', 'd']
    await memory.addBatch(
      ids.map(id => ({ id, content: id })),
      alice,
    )
    await Promise.all(ids.map(id => memory.update(id, `new ${id}`, { actorId: `actor of ${id}` })))
    for (const id of ids) {
      expect((await memory.history(id)).map(({ actorId }) => actorId)).toEqual([null, `actor of ${id}`])
    }
  })
})

describe('getAll and list', () => {
  test('give the newest first, filtered, without what has expired', async () => {
    const { memory } = await openMemory({ now: () => 1_000 })
    await memory.addBatch(
      Array.from({ length: 25 }, (_, n) => ({
        content: `memory ${n}`,
        metadata: { n },
        createdAt: n,
        expiresAt: n === 24 ? 500 : null,
      })),
      alice,
    )
    const numbers = (items: { metadata: { readonly n?: unknown } }[]) => items.map(item => item.metadata.n)
    expect(numbers((await memory.getAll({ ...alice, topK: 3 })).results)).toEqual([23, 22, 21])
    const where = { 'metadata.n': { lt: 3 } }
    expect(numbers((await memory.getAll({ ...alice, where })).results)).toEqual([2, 1, 0])
    const listed = []
    const order = { by: 'createdAt', direction: 'asc' } as const
    for await (const item of memory.list({ ...alice, pageSize: 7, order })) listed.push(item)
    expect(numbers(listed)).toEqual(Array.from({ length: 24 }, (_, n) => n))
  })
})
