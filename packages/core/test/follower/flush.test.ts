import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'

import type { MemoryError } from '../../src/contracts/errors.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { openMemory } from '../kit/open-memory.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }

afterEach(() => {
  vi.useRealTimers()
})

describe('a flush', () => {
  test('that fails in the background loses nothing, fails no other call, and is tried again', async () => {
    vi.useFakeTimers()
    const errors: MemoryError[] = []
    const { memory, index } = await openMemory({
      follower: { flushSize: 2, flushAfterMs: 50 },
      onBackgroundError: error => errors.push(error),
    })
    index.failWith(new Error('the disk is full'))
    const { results } = await memory.addBatch(['tea', 'milk'], alice)
    await vi.waitUntil(() => errors.length > 0)
    expect((await memory.stats()).follower.lastError).toContain('the disk is full')
    const id = results[0]?.id ?? ''
    expect(await memory.get(id)).toMatchObject({ memory: 'tea' })
    expect(await memory.history(id)).toHaveLength(1)
    expect((await memory.search('tea', { ...alice, mode: 'vector' })).results).toHaveLength(2)
    await memory.add('water', alice)
    await memory.update(id, 'green tea')
    await memory.delete(id)
    expect((await memory.getAll(alice)).results).toHaveLength(2)
    expect((await memory.search('tea', { ...alice, mode: 'vector' })).results).toHaveLength(2)
    index.failWith(undefined)
    await vi.advanceTimersByTimeAsync(100)
    const { follower } = await memory.stats()
    expect(follower.tail).toBe(0)
    expect(follower).not.toHaveProperty('lastError')
    expect((await index.stats()).vectors).toBe(2)
    expect((await memory.search('tea', { ...alice, mode: 'vector' })).results).toHaveLength(2)
    expect(errors.map(({ code, message }) => [code, /the disk is full/.test(message)])).toEqual([
      ['BACKEND', true],
    ])
  })

  test('that fails in the background is reported once for each failed flush', async () => {
    vi.useFakeTimers()
    const errors: MemoryError[] = []
    const { memory, index } = await openMemory({
      follower: { flushSize: 2, flushAfterMs: 100 },
      onBackgroundError: error => errors.push(error),
    })
    index.failWith(new Error('the disk is full'))
    await memory.addBatch(['tea', 'milk'], alice)
    // At 100, 300 and 700.
    await vi.advanceTimersByTimeAsync(750)
    expect(errors).toHaveLength(3)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('a fault of the callback')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('a fault of the callback')
      },
    ],
  ])('that fails harms nobody when the callback %s', async (_what, onBackgroundError) => {
    const { memory, index } = await openMemory({ follower: { flushSize: 1 }, onBackgroundError })
    index.failWith(new Error('the disk is full'))
    await memory.add('tea', alice)
    await vi.waitUntil(async () => (await memory.stats()).follower.lastError !== undefined)
    expect((await memory.search('tea', { ...alice, mode: 'vector' })).results).toHaveLength(1)
    index.failWith(undefined)
    await memory.flush()
    expect((await index.stats()).vectors).toBe(1)
  })

  test.each(['flush', 'optimize'] as const)(
    'that fails is thrown by %s, and not reported as well',
    async call => {
      const errors: MemoryError[] = []
      const { memory, index } = await openMemory({ onBackgroundError: error => errors.push(error) })
      index.failWith(new Error('the disk is full'))
      await memory.add('tea', alice)
      await expect(memory[call]()).rejects.toMatchObject({
        code: 'BACKEND',
        message: expect.stringContaining('the disk is full') as string,
      })
      expect(errors).toEqual([])
    },
  )

  test('that failed in the background is not told any more once one has succeeded', async () => {
    const { memory, index } = await openMemory({ follower: { flushSize: 1 } })
    index.failWith(new Error('busy'))
    await memory.add('tea', alice)
    await vi.waitUntil(async () => (await memory.stats()).follower.lastError !== undefined)
    index.failWith(undefined)
    await memory.close()
    expect((await index.stats()).vectors).toBe(1)
  })

  test('of few changes happens by itself after a while', async () => {
    vi.useFakeTimers()
    const { memory, index } = await openMemory({ follower: { flushAfterMs: 200 } })
    await memory.add('tea', alice)
    await vi.advanceTimersByTimeAsync(199)
    expect(index.applied).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(index.applied).toHaveLength(1)
  })

  test('of many changes begins when writes pause, so that the index takes nothing from a burst of them', async () => {
    vi.useFakeTimers()
    const { memory, index } = await openMemory({ follower: { flushSize: 2, flushAfterMs: 1_000 } })
    for (let n = 0; n < 5; n++) {
      await memory.addBatch([`a ${n}`, `b ${n}`], alice)
      await vi.advanceTimersByTimeAsync(99)
    }
    expect(index.applied).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    expect((await index.stats()).vectors).toBe(10)
  })

  test('of many changes begins after a while, however many writes follow', async () => {
    vi.useFakeTimers()
    const { memory, index } = await openMemory({ follower: { flushSize: 2, flushAfterMs: 200 } })
    for (let n = 0; n < 4; n++) {
      await memory.addBatch([`a ${n}`, `b ${n}`], alice)
      expect(index.applied).toHaveLength(0)
      await vi.advanceTimersByTimeAsync(n === 2 ? 10 : 90)
    }
    expect(index.applied.length).toBeGreaterThan(0)
  })

  test('of what came in while another was under way is not forgotten', async () => {
    vi.useFakeTimers()
    const { memory, index } = await openMemory({ follower: { flushAfterMs: 200 } })
    await memory.add('tea', alice)
    index.hold()
    const flushing = memory.flush()
    await index.arrived
    await memory.add('milk', alice)
    // The time for the second is over while the first is still being applied.
    await vi.advanceTimersByTimeAsync(250)
    index.release()
    await flushing
    await vi.advanceTimersByTimeAsync(250)
    expect((await index.stats()).vectors).toBe(2)
  })

  test('moves the cursor over changes that leave nothing to apply', async () => {
    const { memory, store, index } = await openMemory()
    await memory.add({ id: 'a', content: 'tea' }, alice)
    await memory.flush()
    await memory.update('a', { importance: 1 })
    await memory.flush()
    expect(await index.cursor()).toBe((await store.head()).position)
  })

  test('never ends inside a write, so that the cursor tells what the index holds', async () => {
    const { memory, index } = await openMemory({ follower: { flushSize: 2, flushAfterMs: 60_000 } })
    await memory.addBatch(['a', 'b', 'c', 'd', 'e'], alice)
    await memory.addBatch(['f', 'g', 'h'], alice)
    await memory.flush()
    expect(index.applied.map(({ upserts, cursor }) => [upserts.length, cursor])).toEqual([
      [5, 5],
      [3, 8],
    ])
  })

  test('tells how far it has come', async () => {
    const { memory } = await openMemory({ follower: { flushSize: 10, flushAfterMs: 60_000 } })
    for (let n = 0; n < 5; n++) await memory.add(`memory ${n}`, alice)
    const seen: unknown[] = []
    await memory.flush({ onProgress: progress => seen.push(progress) })
    expect(seen.at(-1)).toEqual({ done: 5, total: 5 })
  })

  test('is waited for by writers once the tail is full', async () => {
    const { memory, index } = await openMemory({ follower: { tailLimit: 4, flushSize: 2 } })
    index.hold()
    await memory.addBatch(['a', 'b', 'c', 'd'], alice)
    let added = false
    const adding = memory.add('e', alice).then(() => (added = true))
    await index.arrived
    await turn()
    expect(added).toBe(false)
    index.release()
    await adding
    expect((await memory.search('e', { ...alice, mode: 'vector' })).results).toHaveLength(5)
  })

  test('that fails is tried again at its own time, however many writes follow', async () => {
    vi.useFakeTimers()
    const index = new ControlledIndex(new WordEmbedder().dimensions)
    let attempts = 0
    const apply = index.apply.bind(index)
    index.apply = batch => {
      attempts++
      return apply(batch)
    }
    const { memory } = await openMemory({ index, follower: { flushSize: 2, flushAfterMs: 100 } })
    index.failWith(new Error('the disk is full'))
    for (let n = 0; n < 30; n++) {
      await memory.addBatch([`a ${n}`, `b ${n}`], alice)
      await vi.advanceTimersByTimeAsync(10)
    }
    // At 100, and 200 later; the next one is due 400 after that.
    expect(attempts).toBe(2)
    index.failWith(undefined)
    await vi.advanceTimersByTimeAsync(400)
    await vi.waitUntil(async () => (await memory.stats()).follower.tail === 0)
  })

  test('takes out of the index what deleteAll has removed, without another call', async () => {
    vi.useFakeTimers()
    const { memory, index } = await openMemory({ follower: { flushAfterMs: 50 } })
    await memory.addBatch(['tea', 'milk'], alice)
    await memory.flush()
    await memory.deleteAll(alice)
    await vi.advanceTimersByTimeAsync(100)
    expect((await index.stats()).vectors).toBe(0)
  })

  test('that cannot make room refuses the write, which stores nothing', async () => {
    const { memory, store, index } = await openMemory({ follower: { tailLimit: 2, flushSize: 2 } })
    index.failWith(new Error('the disk is full'))
    await memory.addBatch(['a', 'b'], alice)
    await vi.waitUntil(async () => (await memory.stats()).follower.lastError !== undefined)
    await expect(memory.add('c', alice)).rejects.toThrow('the disk is full')
    await expect(memory.add('c', alice)).rejects.toThrow('the disk is full')
    expect((await memory.search('a', { ...alice, mode: 'vector' })).results).toHaveLength(2)
    expect((await store.stats()).memories).toBe(2)
    index.failWith(undefined)
    await memory.add('c', alice)
    expect((await store.stats()).memories).toBe(3)
  })

  test('under way is waited for by close', async () => {
    const { memory, index } = await openMemory({ follower: { flushSize: 1 } })
    index.hold()
    await memory.add('tea', alice)
    await index.arrived
    const closing = memory.close({ flush: false })
    await turn()
    index.release()
    await closing
    expect((await index.stats()).vectors).toBe(1)
  })

  test('that cannot make room for what another process writes leaves searches going, up to twice the limit', async () => {
    const errors: MemoryError[] = []
    const store = new MapStore()
    const { memory, index } = await openMemory({
      store,
      follower: { tailLimit: 4, flushSize: 2 },
      onBackgroundError: error => errors.push(error),
    })
    const { memory: other } = await openMemory({ store, closeParts: false })
    index.failWith(new Error('the disk is full'))
    await other.addBatch(['a', 'b', 'c', 'd', 'e', 'f'], alice)
    expect((await memory.search('a', { ...alice, mode: 'vector' })).results).toHaveLength(6)
    expect((await memory.stats()).follower.lastError).toContain('the disk is full')
    expect(errors.length).toBeGreaterThan(0)
    await expect(memory.add('g', alice)).rejects.toThrow('the disk is full')
    await other.addBatch(['h', 'i', 'j', 'k'], alice)
    await expect(memory.search('a', { ...alice, mode: 'vector' })).rejects.toThrow('the disk is full')
    expect((await memory.stats()).follower.tail).toBeLessThanOrEqual(8)
    index.failWith(undefined)
    expect((await memory.search('a', { ...alice, mode: 'vector' })).results).toHaveLength(10)
  })
})
