import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { indexChangesOf } from '../../src/contracts/log-entries.ts'
import { Follower } from '../../src/follower/follower.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { Store } from '../../src/contracts/store.ts'
import { deferred } from '../kit/deferred.ts'
import { mortalStore } from '../kit/mortal-store.ts'
import { override } from '../kit/override.ts'
import { SharedIndex } from '../kit/shared-index.ts'
import { patch, rain, scope, start, tea } from '../kit/start-process.ts'
import { storedRecord } from '../kit/stored-record.ts'

describe('several processes on one index', () => {
  test('find what each of them wrote, whoever flushed it', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const [a, b] = [await start(store, data), await start(store, data)]
    await a.put('a1')
    await b.put('b1')
    expect([await a.found(), await b.found()]).toEqual([
      ['a1', 'b1'],
      ['a1', 'b1'],
    ])
    await a.follower.flush()
    await b.put('b2')
    expect([await a.found(), await b.found()]).toEqual([
      ['a1', 'b1', 'b2'],
      ['a1', 'b1', 'b2'],
    ])
    await Promise.all([a.follower.flush(), b.follower.flush()])
    expect(await data.cursor()).toBe(3)
    await vi.waitUntil(() => a.follower.state.tail + b.follower.state.tail === 0)
  })

  test('apply each change once, as long as nobody dies', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    // Longer than any pause of a busy machine: nobody is taken for dead.
    const alive = { leaseMs: 60_000 }
    const processes = [
      await start(store, data, alive),
      await start(store, data, alive),
      await start(store, data, alive),
    ]
    for (let n = 0; n < 60; n++) {
      await processes[n % 3]?.put(`m${n}`)
      if (n % 7 === 0) await turn()
    }
    await Promise.all(processes.map(({ follower }) => follower.flush()))
    const applied = processes.flatMap(({ index }) => index.applied.flatMap(({ upserts }) => upserts))
    expect(applied).toHaveLength(60)
    expect(processes.map(({ index }) => index.conflicts)).toEqual([0, 0, 0])
  })

  test('keep their tails bounded while another one flushes', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const sizes = { tailLimit: 8, flushSize: 4 }
    const a = await start(store, data, sizes)
    const b = await start(store, data, sizes)
    await a.put('first')
    await a.follower.flush()
    for (let n = 0; n < 50; n++) {
      await a.put(`a${n}`)
      await b.put(`b${n}`)
      if (n % 5 === 0) expect(await b.found()).toHaveLength(Math.min(100, 2 * n + 3))
      expect(b.follower.state.tail).toBeLessThanOrEqual(8 + 4)
    }
    expect((await b.found()).length).toBe(100)
  })

  test('go on when the one that flushes is killed', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const { store: connection, kill } = mortalStore(store)
    const a = await start(connection, data)
    const b = await start(store, data)
    await a.put('a1')
    a.index.hold()
    const flushing = a.follower.flush()
    await a.index.arrived
    await b.put('b1')
    kill()
    await b.follower.flush()
    expect(b.index.applied.map(({ cursor }) => cursor)).toEqual([2])
    expect(await b.found()).toEqual(['a1', 'b1'])
    a.index.release()
    await expect(flushing).rejects.toThrow()
  })

  test('are not harmed by one that was paused while it flushed and lost the lease', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const a = await start(store, data)
    const b = await start(store, data)
    await a.put('a1', 'a2')
    a.index.hold()
    const flushing = a.follower.flush()
    await a.index.arrived
    await patch(store, 'a1', rain)
    await store.delete([{ orgId: 'default', id: 'a2' }])
    // It is alive, so it is given one lease time to get on.
    await b.follower.flush()
    expect(await data.cursor()).toBe(4)
    a.index.release()
    await flushing
    expect(a.index.conflicts).toBe(1)
    expect(a.index.applied).toEqual([])
    expect(await data.cursor()).toBe(4)
    expect([await a.found(rain), await b.found(rain)]).toEqual([['a1'], ['a1']])
    expect((await data.search([{ vector: rain, k: 9, scope }]))[0]).toEqual([{ id: 'a1', score: 1 }])
  })

  test('that hold the lease give it back when they close, and when they have nothing to do', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const a = await start(store, data, { leaseMs: 60_000 })
    const b = await start(store, data, { leaseMs: 60_000 })
    await a.put('a1')
    await a.follower.flush()
    await b.put('b1')
    await b.follower.flush()
    expect(b.index.applied).toHaveLength(1)
    await b.follower.close()
    await a.put('a2')
    await a.follower.flush()
    expect(await data.cursor()).toBe(3)
  })

  test('read the log again from where an index stands that another one has emptied', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const a = await start(store, data)
    const b = await start(store, data)
    await a.put('a1', 'a2', 'a3')
    await a.follower.flush()
    expect(await b.found()).toEqual(['a1', 'a2', 'a3'])
    await b.put('b1')
    const clear = a.index.clear.bind(a.index)
    const cleared = deferred()
    a.index.clear = async () => {
      await clear()
      a.index.hold()
      cleared.resolve()
    }
    const rebuilding = a.follower.rebuild()
    await cleared.promise
    expect(await data.cursor()).toBe(0)
    expect(await b.found()).toEqual(['a1', 'a2', 'a3', 'b1'])
    a.index.release()
    await rebuilding
    await b.put('b2')
    expect(await b.found()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2'])
    await b.follower.flush()
    expect((await data.stats()).vectors).toBe(5)
  })

  test('lose nothing that changes while the log is read page by page', async () => {
    const inner = new MapStore()
    await inner.put(Array.from({ length: 10 }, (_, n) => storedRecord(`m${n}`, tea)))
    let pages = 0
    const store = override(inner, {
      changes: async request => {
        const page = await inner.changes(request)
        // After the first page, the last of the log moves behind the end that the reader knows.
        if (++pages === 1) await patch(inner, 'm9', rain)
        return page
      },
    })
    const a = await start(store, new ExactIndex(4), { flushSize: 4 })
    expect(await a.found()).toHaveLength(10)
  })

  test('lose nothing that one of them has left out of a flush because it changed again', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const b = await start(store, data, { flushAfterMs: 60_000 })
    await b.put('m1', 'm2')
    await patch(store, 'm1', rain)
    // It knows of m1 only at its new place, behind the stretch that it gives the index.
    await data.apply({ upserts: [{ id: 'm2', scope, vector: tea }], deletes: [], cursor: 2 })
    const asked = deferred()
    const go = deferred()
    const search = b.index.search.bind(b.index)
    b.index.search = async queries => {
      b.index.search = search
      asked.resolve()
      await go.promise
      return search(queries)
    }
    const searching = b.found()
    await asked.promise
    const flushing = b.follower.flush()
    await sleep(20)
    go.resolve()
    expect((await searching).toSorted()).toEqual(['m1', 'm2'])
    await flushing
    expect((await b.found()).toSorted()).toEqual(['m1', 'm2'])
  })

  test('lose nothing that moves in the log without a new vector', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const a = await start(store, data, { flushAfterMs: 60_000 })
    await a.put('m1', 'm2')
    const key = { orgId: 'default', id: 'm1' }
    const receipt = await store.patch([{ key, set: { importance: 1 }, updatedAt: 2 }])
    a.follower.accept(receipt, { upserts: [], deletes: [] })
    // Another process has read the log since: m1 stands behind the stretch that it gives the index.
    await data.apply({ upserts: [{ id: 'm2', scope, vector: tea }], deletes: [], cursor: 2 })
    await a.follower.flush()
    expect((await a.found()).toSorted()).toEqual(['m1', 'm2'])
    await a.follower.flush()
    expect((await data.stats()).vectors).toBe(2)
  })

  test('check an index one at a time', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const leaseMs = 400
    const a = await start(store, data, { leaseMs })
    const b = await start(store, data, { leaseMs })
    await a.put('a1')
    const done = deferred()
    let checking = 0
    const check = async (): Promise<void> => {
      expect(++checking).toBe(1)
      // Longer than the lease: it is renewed, and not taken away for want of progress.
      await sleep(2 * leaseMs)
      checking--
    }
    const first = a.follower.whileHeld(check).then(done.resolve)
    await b.put('b1')
    await b.follower.whileHeld(check)
    await Promise.all([first, done.promise])
  })
})

describe('an index that the Store writes itself', () => {
  test('leaves nothing in the tail, and gets what other writers left', async () => {
    const [inner, data] = [new MapStore(), new ExactIndex(4)]
    const index = new SharedIndex(data, { transactional: true })
    const store = override(inner, {
      put: async (records, options) => {
        const receipt = await inner.put(records, options)
        const { after, upTo } = receipt.span ?? { after: -1, upTo: -1 }
        const cursor = await data.cursor()
        const { upserts, deletes } = indexChangesOf(records)
        await data.apply({ upserts, deletes, cursor: cursor === after ? upTo : cursor })
        return receipt
      },
    })
    const follower = await Follower.open(store, index, { flushAfterMs: 10 })
    onTestFinished(() => follower.close())
    const put = async (through: Store, id: string): Promise<void> => {
      const receipt = await through.put([storedRecord(id, tea)])
      if (through === store) {
        follower.accept(receipt, { upserts: [{ id, scope, vector: tea }], deletes: [] })
      }
    }
    const found = async (): Promise<string[]> =>
      (await follower.search([{ vector: tea, k: 9, scope }]))[0]?.map(({ id }) => id) ?? []
    await put(store, 'a')
    await put(store, 'b')
    expect(follower.state).toMatchObject({ tail: 0, position: 2 })
    expect(await found()).toEqual(['a', 'b'])
    await follower.flush()
    expect(follower.state).toMatchObject({ tail: 0, indexed: 2, flushes: 0 })
    expect(index.applied).toEqual([])
    expect(await inner.readMeta(['flush-lease:exact'])).toEqual([undefined])
    await put(inner, 'c')
    await put(store, 'd')
    expect(await found()).toEqual(['a', 'b', 'c', 'd'])
    await follower.flush()
    expect(await data.cursor()).toBe(4)
    expect(follower.state).toMatchObject({ tail: 0, indexed: 4 })
    expect(await found()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('is not in conflict with a search that saw first how far others have brought it', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(4)]
    const index = new SharedIndex(data, { transactional: true })
    const follower = await Follower.open(store, index, { flushAfterMs: 60_000 })
    onTestFinished(() => follower.close())
    await store.put([storedRecord('a', tea)])
    index.hold()
    const flushing = follower.flush()
    await index.arrived
    await store.put([storedRecord('b', tea)])
    const upserts = ['a', 'b'].map(id => ({ id, scope, vector: tea }))
    await data.apply({ upserts, deletes: [], cursor: 2 })
    const [matches] = await follower.search([{ vector: tea, k: 9, scope }])
    expect(matches?.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(follower.state.indexed).toBe(2)
    index.release()
    await flushing
    expect([index.conflicts, index.applied]).toEqual([1, []])
  })
})
