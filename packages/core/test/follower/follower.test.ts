import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

import { Follower } from '../../src/follower/follower.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { Scope } from '../../src/contracts/record.ts'
import type { Match } from '../../src/contracts/vector-index.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { storedRecord } from '../kit/stored-record.ts'

const alice = { userId: 'alice' }
const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id)

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
    expect(ids((await memory.search('tea a', { ...alice, mode: 'vector' })).results)).toEqual(['a', 'b'])
    expect(ids((await memory.search('rain', { ...alice, mode: 'vector' })).results)).toEqual(['b', 'a'])
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
    const { results } = await memory.search('tea', { mode: 'vector', ...alice, topK: 2 })
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
    const searching = memory.search('tea', { ...alice, mode: 'vector' })
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
    expect(ids((await other.search('tea', { ...alice, mode: 'vector' })).results)).toEqual(['a'])
    await other.update('a', 'rain')
    await other.add({ id: 'b', content: 'tea' }, alice)
    expect(ids((await memory.search('tea', { ...alice, mode: 'vector' })).results)).toEqual(['b', 'a'])
    await memory.deleteAll(alice)
    expect((await other.search('tea', { ...alice, mode: 'vector' })).results).toEqual([])
  })

  test('sees what another Memory wrote between two writes of its own', async () => {
    const { memory, store } = await openMemory()
    const other = (await openMemory({ store })).memory
    await memory.add({ id: 'a', content: 'tea' }, alice)
    await other.add({ id: 'b', content: 'tea' }, alice)
    await memory.add({ id: 'c', content: 'tea' }, alice)
    expect(ids((await memory.search('tea', { ...alice, mode: 'vector' })).results)).toEqual(['a', 'b', 'c'])
  })

  test('sees what was changed again while its first change was being flushed', async () => {
    const { memory, index } = await openMemory({ follower: { flushSize: 2 } })
    index.hold()
    await memory.addBatch(
      [
        { id: 'a', content: 'tea' },
        { id: 'b', content: 'tea' },
      ],
      alice,
    )
    await index.arrived
    await memory.update('a', 'rain')
    await memory.delete('b')
    index.release()
    await vi.waitUntil(async () => (await memory.stats()).follower.flushes > 0)
    expect((await memory.search('rain', { ...alice, mode: 'vector' })).results).toMatchObject([
      { id: 'a', score: 1 },
    ])
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
    expect(ids((await memory.search('rain', { ...alice, mode: 'vector' })).results)).toEqual(['a', 'b'])
    await memory.delete('a')
    expect(ids((await memory.search('rain', { ...alice, mode: 'vector' })).results)).toEqual(['b'])
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
        expect(await index.cursor()).toBe((await store.head()).position)
        expect((await index.stats()).vectors).toBe(expected.size)
        expect(follower.state.tail).toBe(0)
        await follower.close()
      }),
      { numRuns: 150 },
    )
  })
})
