import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { Follower } from '../src/follower.ts'
import { MapStore } from '../src/map-store.ts'
import type { Scope } from '../src/record.ts'
import type { Match } from '../src/vector-index.ts'
import { ControlledIndex } from './controlled-index.ts'
import { deferred } from './deferred.ts'
import { openMemory } from './open-memory.ts'
import { override } from './override.ts'
import { storedRecord } from './stored-record.ts'

const alice = { userId: 'alice' }
const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id)

afterEach(() => {
  vi.useRealTimers()
})

describe('a search', () => {
  test('sees what was written before the index holds it', async () => {
    const { memory, index } = await openMemory({ follower: { flushSize: 1 } })
    index.hold()
    await memory.addBatch(
      ['a', 'b', 'c'].map(id => ({ id, content: `tea ${id}` })),
      alice,
    )
    await index.arrived
    await memory.update('b', 'rain')
    await memory.delete('c')
    expect(index.applied).toEqual([])
    expect(ids((await memory.search('tea a', alice)).results)).toEqual(['a', 'b'])
    expect(ids((await memory.search('rain', alice)).results)).toEqual(['b', 'a'])
  })

  test('is not told by the index of what has changed since', async () => {
    const { memory, index } = await openMemory()
    await memory.addBatch(
      Array.from({ length: 12 }, (_, n) => ({ id: `m${n}`, content: n < 10 ? 'tea' : 'tea and milk' })),
      alice,
    )
    await memory.flush()
    index.hold()
    await memory.deleteBatch(Array.from({ length: 5 }, (_, n) => `m${n}`))
    await memory.updateBatch(Array.from({ length: 5 }, (_, n) => ({ id: `m${n + 5}`, content: 'rain' })))
    const { results } = await memory.search('tea', { ...alice, topK: 2 })
    expect(ids(results)).toEqual(['m10', 'm11'])
  })

  test('that is under way while a flush ends still gets the word of the tail', async () => {
    const { memory, index } = await openMemory()
    await memory.add({ id: 'a', content: 'tea' }, alice)
    await memory.flush()
    await memory.add({ id: 'b', content: 'tea too' }, alice)
    const asked = deferred()
    const answered = deferred()
    const search = index.search.bind(index)
    index.search = async queries => {
      const matches = await search(queries)
      asked.resolve()
      await answered.promise
      return matches
    }
    const searching = memory.search('tea', alice)
    await asked.promise
    const flushing = memory.flush()
    await vi.waitUntil(() => index.applied.length === 2)
    answered.resolve()
    expect(ids((await searching).results)).toEqual(['a', 'b'])
    await flushing
    expect((await memory.stats()).follower.tail).toBe(0)
  })

  test('of another Memory on the same Store sees every write', async () => {
    const { memory, store } = await openMemory()
    const other = (await openMemory({ store })).memory
    await memory.add({ id: 'a', content: 'tea' }, alice)
    expect(ids((await other.search('tea', alice)).results)).toEqual(['a'])
    await other.update('a', 'rain')
    await other.add({ id: 'b', content: 'tea' }, alice)
    expect(ids((await memory.search('tea', alice)).results)).toEqual(['b', 'a'])
    await memory.deleteAll(alice)
    expect((await other.search('tea', alice)).results).toEqual([])
  })

  test('sees every write where the Store cannot tell which positions it took', async () => {
    const inner = new MapStore()
    const store = override(inner, {
      put: async (...args) => ({ duplicates: (await inner.put(...args)).duplicates }),
      patch: async (...args) => ({ missing: (await inner.patch(...args)).missing }),
      delete: async (...args) => ({ missing: (await inner.delete(...args)).missing }),
    })
    const { memory } = await openMemory({ store })
    await memory.add({ id: 'a', content: 'tea' }, alice)
    await memory.add({ id: 'b', content: 'milk' }, alice)
    await memory.update('a', 'rain')
    expect(ids((await memory.search('rain', alice)).results)).toEqual(['a', 'b'])
    await memory.delete('a')
    expect(ids((await memory.search('rain', alice)).results)).toEqual(['b'])
  })

  test('is exact through any order of writes, flushes and rebuilds, ties by id', async () => {
    // Few directions, so that many scores are equal.
    const directions = [0, 1, 2, 3].map(i => Float32Array.from({ length: 4 }, (_, j) => (i === j ? 1 : 0)))
    const vector = fc.constantFrom(...directions)
    const id = fc.integer({ min: 0, max: 11 }).map(n => `m${n}`)
    const own = fc.boolean()
    const operation = fc.oneof(
      fc.record({ op: fc.constant('put' as const), id, vector, own, user: fc.constantFrom('alice', 'bob') }),
      fc.record({ op: fc.constant('patch' as const), id, vector, own }),
      fc.record({ op: fc.constant('delete' as const), id, own }),
      fc.record({
        op: fc.constantFrom('hold' as const, 'release' as const, 'flush' as const, 'rebuild' as const),
      }),
    )
    const query = fc.record({
      vector,
      k: fc.integer({ min: 1, max: 8 }),
      user: fc.option(fc.constant('alice')),
    })

    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(operation, query), { maxLength: 40 }), async steps => {
        const store = new MapStore()
        const index = new ControlledIndex(4)
        const follower = await Follower.open(store, index, { flushSize: 3, tailLimit: 10_000 })
        const expected = new Map<string, { scope: Scope; vector: Float32Array }>()
        const waiting: Promise<unknown>[] = []
        for (const [step, query] of steps) {
          if (step.op === 'put' && !expected.has(step.id)) {
            const record = storedRecord(step.id, step.vector, { userId: step.user })
            const entry = { id: step.id, scope: { orgId: 'default', userId: step.user }, vector: step.vector }
            try {
              const receipt = await store.put([record])
              if (step.own) follower.accept(receipt, { upserts: [entry], deletes: [] })
              expected.set(step.id, entry)
            } finally {
              await turn()
            }
          } else if (step.op === 'patch') {
            const key = { orgId: 'default', id: step.id }
            const patch = { key, set: { content: 'new' }, vector: step.vector, updatedAt: 2 }
            const receipt = await store.patch([patch])
            const old = expected.get(step.id)
            const upserts = old ? [{ id: step.id, scope: old.scope, vector: step.vector }] : []
            if (step.own) follower.accept(receipt, { upserts, deletes: [] })
            if (old) expected.set(step.id, { ...old, vector: step.vector })
          } else if (step.op === 'delete') {
            const receipt = await store.delete([{ orgId: 'default', id: step.id }])
            const deletes = expected.delete(step.id) ? [step.id] : []
            if (step.own) follower.accept(receipt, { upserts: [], deletes })
          } else if (step.op === 'hold') {
            index.hold()
          } else if (step.op === 'release') {
            index.release()
          } else if (step.op === 'flush') {
            waiting.push(follower.flush())
          } else if (step.op === 'rebuild') {
            index.release()
            waiting.push(follower.rebuild())
          }
          const scope = { orgId: 'default', userId: query.user ?? undefined }
          const [found] = await follower.search([{ vector: query.vector, k: query.k, scope }])
          const matches = [...expected]
            .filter(([, entry]) => query.user === null || entry.scope.userId === query.user)
            .map(([id, entry]): Match => {
              return { id, score: entry.vector.reduce((sum, x, i) => sum + x * (query.vector[i] ?? 0), 0) }
            })
            .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
          expect(found).toEqual(matches.slice(0, query.k))
        }
        index.release()
        await Promise.all(waiting)
        await follower.flush()
        expect(await index.cursor()).toBe(await store.head())
        expect((await index.stats()).vectors).toBe(expected.size)
        expect(follower.state.tail).toBe(0)
        await follower.close()
      }),
      { numRuns: 150 },
    )
  })
})

describe('a flush', () => {
  test('that fails loses nothing, is told by the next call and by stats, and is tried again', async () => {
    vi.useFakeTimers()
    const { memory, index } = await openMemory({ follower: { flushSize: 2, flushAfterMs: 50 } })
    index.failWith(new Error('the disk is full'))
    await memory.addBatch(['tea', 'milk'], alice)
    await vi.waitUntil(async () => (await memory.stats()).follower.lastError !== undefined)
    expect((await memory.stats()).follower.lastError).toContain('the disk is full')
    await expect(memory.search('tea', alice)).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringContaining('the disk is full'),
    })
    expect((await memory.search('tea', alice)).results).toHaveLength(2)
    index.failWith(undefined)
    await vi.advanceTimersByTimeAsync(100)
    const { follower } = await memory.stats()
    expect(follower.tail).toBe(0)
    expect(follower).not.toHaveProperty('lastError')
    expect((await index.stats()).vectors).toBe(2)
    expect((await memory.search('tea', alice)).results).toHaveLength(2)
  })

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
    expect(await index.cursor()).toBe(await store.head())
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
    expect((await memory.search('e', alice)).results).toHaveLength(5)
  })

  test('that cannot make room refuses the write, which stores nothing', async () => {
    const { memory, store, index } = await openMemory({ follower: { tailLimit: 2, flushSize: 2 } })
    index.failWith(new Error('the disk is full'))
    await memory.addBatch(['a', 'b'], alice)
    await vi.waitUntil(async () => (await memory.stats()).follower.lastError !== undefined)
    await expect(memory.add('c', alice)).rejects.toThrow('the disk is full')
    await expect(memory.add('c', alice)).rejects.toThrow('the disk is full')
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
})
