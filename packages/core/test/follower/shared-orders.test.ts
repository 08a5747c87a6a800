import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { Follower } from '../../src/follower/follower.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { Scope } from '../../src/contracts/record.ts'
import type { Match } from '../../src/contracts/vector-index.ts'
import { mortalStore } from '../kit/mortal-store.ts'
import { SharedIndex } from '../kit/shared-index.ts'
import { storedRecord } from '../kit/stored-record.ts'

const scope = { orgId: 'default', userId: 'alice' }

test('a search is exact through any order of writes, flushes, rebuilds and deaths of three processes', async () => {
  // Few directions, so that many scores are equal.
  const directions = [0, 1, 2, 3].map(i => Float32Array.from({ length: 4 }, (_, j) => (i === j ? 1 : 0)))
  const vector = fc.constantFrom(...directions)
  const by = fc.integer({ min: 0, max: 2 })
  const id = fc.integer({ min: 0, max: 11 }).map(n => `m${n}`)
  const step = fc.record({
    op: fc.constantFrom(
      ...([
        'put',
        'put',
        'put',
        'patch',
        'touch',
        'delete',
        'flush',
        'rebuild',
        'hold',
        'release',
        'die',
      ] as const),
    ),
    id,
    vector,
    by,
    own: fc.boolean(),
    searcher: by,
    turns: fc.integer({ min: 0, max: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      const [store, data] = [new MapStore(), new ExactIndex(4)]
      const expected = new Map<string, { readonly scope: Scope; readonly vector: Float32Array }>()
      const waiting: Promise<unknown>[] = []
      const open = async () => {
        const connection = mortalStore(store)
        const index = new SharedIndex(data)
        const sizes = { flushSize: 3, tailLimit: 6, flushAfterMs: 1, leaseMs: 30 }
        const follower = await Follower.open(connection.store, index, sizes)
        return { ...connection, index, follower }
      }
      const processes = [await open(), await open(), await open()]
      for (const { op, id, vector, by, own, searcher, turns } of steps) {
        const { follower, index, kill } = processes[by] as (typeof processes)[number]
        const key = { orgId: 'default', id }
        if (op === 'put' && !expected.has(id)) {
          const receipt = await store.put([storedRecord(id, vector)])
          if (own) follower.accept(receipt, { upserts: [{ id, scope, vector }], deletes: [] })
          expected.set(id, { scope, vector })
        } else if (op === 'patch' && expected.has(id)) {
          const receipt = await store.patch([{ key, set: { content: 'new' }, vector, updatedAt: 2 }])
          if (own) follower.accept(receipt, { upserts: [{ id, scope, vector }], deletes: [] })
          expected.set(id, { scope, vector })
        } else if (op === 'touch' && expected.has(id)) {
          const receipt = await store.patch([{ key, set: { importance: 1 }, updatedAt: 2 }])
          if (own) follower.accept(receipt, { upserts: [], deletes: [] })
        } else if (op === 'delete') {
          const receipt = await store.delete([key])
          if (own) follower.accept(receipt, { upserts: [], deletes: expected.has(id) ? [id] : [] })
          expected.delete(id)
        } else if (op === 'flush') {
          waiting.push(follower.flush().catch(() => undefined))
        } else if (op === 'rebuild') {
          for (const process of processes) process.index.release()
          waiting.push(follower.rebuild().catch(() => undefined))
        } else if (op === 'hold') {
          index.hold()
        } else if (op === 'release') {
          index.release()
        } else if (op === 'die') {
          kill()
          index.failWith(new Error('killed'))
          index.release()
          waiting.push(follower.close())
          processes[by] = await open()
        }
        for (let n = 0; n < turns; n++) await turn()
        const searching = processes[searcher] as (typeof processes)[number]
        searching.index.release()
        const [found] = await searching.follower.search([{ vector, k: 5, scope }])
        const matches = [...expected]
          .map(([id, entry]): Match => {
            return { id, score: entry.vector.reduce((sum, x, i) => sum + x * (vector[i] ?? 0), 0) }
          })
          .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
        expect(found).toEqual(matches.slice(0, 5))
      }
      for (const { index } of processes) index.release()
      await Promise.all(waiting)
      await Promise.all(processes.map(({ follower }) => follower.flush()))
      expect(await data.cursor()).toBe((await store.head()).position)
      expect((await data.stats()).vectors).toBe(expected.size)
      await Promise.all(processes.map(({ follower }) => follower.close()))
    }),
    { numRuns: 60 },
  )
}, 120_000)
