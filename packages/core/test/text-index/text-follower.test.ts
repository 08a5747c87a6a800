import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { keyOf } from '../../src/contracts/record-keys.ts'
import { textEntryOf } from '../../src/contracts/log-entries.ts'
import type { StoredRecord } from '../../src/contracts/record.ts'
import type { Store } from '../../src/contracts/store.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { TextFollower } from '../../src/text-index/text-follower.ts'
import type { TextOptions } from '../../src/text-index/text-options.ts'
import { deferred } from '../kit/deferred.ts'
import { override } from '../kit/override.ts'
import { said } from './text-index-cases.ts'

const scope = { orgId: 'default', userId: 'alice' }

/** A Store that counts what is read of it. */
function watched(inner: Store = new MapStore()) {
  const reads = { texts: 0, textChanges: 0, head: 0 }
  const store = override(inner, {
    texts: (...args) => {
      reads.texts++
      return inner.texts(...args)
    },
    textChanges: (...args) => {
      reads.textChanges++
      return inner.textChanges(...args)
    },
    head: (...args) => {
      reads.head++
      return inner.head(...args)
    },
  })
  return { store, reads }
}

async function put(store: Store, texts: TextFollower, records: readonly StoredRecord[]): Promise<void> {
  const receipt = await store.put(records)
  texts.accept(receipt, () => ({
    upserts: records.flatMap(record => textEntryOf(record) ?? []),
    deletes: [],
  }))
}

async function found(texts: TextFollower, query: string, filter: object = {}): Promise<string[]> {
  const [answer] = await texts.search([{ query, k: 100, scope: { ...scope, ...filter }, context: false }])
  return answer?.matches.map(({ id }) => id) ?? []
}

describe('what a text follower reads', () => {
  test('a scope once, when it is first asked for; nothing when it is opened or written to', async () => {
    const { store, reads } = watched()
    const texts = new TextFollower(store)
    await put(store, texts, [said('a', 'green tea')])
    expect(reads).toEqual({ texts: 0, textChanges: 0, head: 0 })
    expect(await found(texts, 'tea')).toEqual(['a'])
    expect(await found(texts, 'tea')).toEqual(['a'])
    expect(reads).toEqual({ texts: 1, textChanges: 0, head: 2 })
  })

  test('nothing of its own writes', async () => {
    const { store, reads } = watched()
    const texts = new TextFollower(store)
    await found(texts, 'tea')
    for (const id of ['a', 'b', 'c']) await put(store, texts, [said(id, 'green tea')])
    expect(await found(texts, 'tea')).toEqual(['a', 'b', 'c'])
    expect(reads).toEqual({ texts: 1, textChanges: 0, head: 2 })
  })

  test('the log, once another has written between', async () => {
    const { store, reads } = watched()
    const texts = new TextFollower(store)
    await found(texts, 'tea')
    await store.put([said('b', 'black tea')])
    await put(store, texts, [said('a', 'green tea')])
    expect(await found(texts, 'tea')).toEqual(['a', 'b'])
    expect(reads).toMatchObject({ texts: 1, textChanges: 1 })
  })

  test('one scope once for all who wait for it', async () => {
    const { store, reads } = watched()
    const texts = new TextFollower(store)
    await store.put([said('a', 'green tea')])
    const all = await Promise.all(Array.from({ length: 5 }, () => found(texts, 'tea')))
    expect(all).toEqual(Array.from({ length: 5 }, () => ['a']))
    expect(reads.texts).toBe(1)
  })

  test('a scope that is warm no more', async () => {
    const { store, reads } = watched()
    const texts = new TextFollower(store)
    await store.put([said('a', 'green tea')])
    await texts.warm(scope)
    expect(texts.state).toMatchObject({ scopes: 1, texts: 1 })
    expect(await found(texts, 'tea')).toEqual(['a'])
    expect(reads.texts).toBe(1)
  })

  test('what is written and deleted while a scope is read', async () => {
    const inner: Store = new MapStore()
    await inner.put(Array.from({ length: 30 }, (_, n) => said(`m${n}`, 'green tea', { place: n })))
    const read = deferred()
    const store = override(inner, {
      async *texts(query, options) {
        let pages = 0
        for await (const page of inner.texts({ ...query, pageSize: 10 }, options)) {
          yield page
          if (pages++ === 0) await read.promise
        }
      },
    })
    const texts = new TextFollower(store)
    const searching = found(texts, 'tea')
    await setImmediate()
    await put(inner, texts, [said('new', 'tea', { place: 99 })])
    const gone = [said('m3', ''), said('m25', '')]
    const receipt = await inner.delete(gone.map(keyOf))
    texts.accept(receipt, () => ({ upserts: [], deletes: ['m3', 'm25'] }))
    // Another search, which reads the log meanwhile.
    const other = found(texts, 'tea', { runId: 'r' })
    read.resolve()
    for (const ids of await Promise.all([searching, other])) {
      expect(ids).toHaveLength(29)
      expect(ids).toContain('new')
      expect(ids).not.toContain('m3')
      expect(ids).not.toContain('m25')
    }
  })

  test('everything anew when the log has gone back, as after a backup was restored', async () => {
    const before: Store = new MapStore()
    await before.put([said('a', 'green tea')])
    await before.put([said('b', 'black tea')])
    const restored: Store = new MapStore()
    await restored.put([said('c', 'red tea')])
    let current = before
    const store = override(before, {
      head: options => current.head(options),
      texts: (...args) => current.texts(...args),
      textChanges: (...args) => current.textChanges(...args),
    })
    const texts = new TextFollower(store)
    expect(await found(texts, 'tea')).toEqual(['a', 'b'])
    current = restored
    expect(await found(texts, 'tea')).toEqual(['c'])
  })

  test('a scope anew where the read failed', async () => {
    let fails = true
    const inner: Store = new MapStore()
    await inner.put([said('a', 'green tea')])
    const store = override(inner, {
      texts: (...args) => {
        if (fails) throw new Error('the network is down')
        return inner.texts(...args)
      },
    })
    const texts = new TextFollower(store)
    await expect(found(texts, 'tea')).rejects.toThrow('the network is down')
    fails = false
    expect(await found(texts, 'tea')).toEqual(['a'])
  })
})

describe('what a text follower holds', () => {
  const texts500 = (userId: string): StoredRecord[] =>
    Array.from({ length: 500 }, (_, n) => said(`${userId}${n}`, `green tea ${n}`, { userId, place: n }))

  async function opened(
    options: TextOptions,
  ): Promise<{ store: Store; texts: TextFollower; reads: { texts: number } }> {
    const { store, reads } = watched()
    for (const userId of ['alice', 'bob', 'carol']) await store.put(texts500(userId))
    return { store, reads, texts: new TextFollower(store, options) }
  }

  test('is let go, those searched longest ago first, when it takes more than maxBytes', async () => {
    const one = await opened({})
    await found(one.texts, 'tea')
    const { bytes } = one.texts.state
    const { texts, reads } = await opened({ maxBytes: bytes * 2.5 })
    for (const userId of ['alice', 'bob', 'alice', 'carol'])
      expect(await found(texts, 'tea', { userId })).toHaveLength(100)
    expect(texts.state).toMatchObject({ scopes: 2, texts: 1_000 })
    expect(reads.texts).toBe(3)
    await found(texts, 'tea', { userId: 'alice' })
    expect(reads.texts).toBe(3)
    await found(texts, 'tea', { userId: 'bob' })
    expect(reads.texts).toBe(4)
  })

  test('are the newest texts of a scope that alone would take more, and the answer says so', async () => {
    const one = await opened({})
    await found(one.texts, 'tea')
    const { texts } = await opened({ maxBytes: Math.floor(one.texts.state.bytes / 2) })
    const [answer] = await texts.search([{ query: 'tea', k: 500, scope, context: false }])
    expect(answer?.isPartial).toBe(true)
    const held =
      answer?.matches.map(({ id }) => Number(id.slice('alice'.length))).toSorted((a, b) => a - b) ?? []
    expect(held.length).toBeGreaterThan(50)
    expect(held).toEqual(Array.from({ length: held.length }, (_, n) => 500 - held.length + n))
    expect(texts.state.bytes).toBeLessThanOrEqual(one.texts.state.bytes / 2)
  })

  test('takes in what was written in idle time', async () => {
    const { store, texts } = await opened({})
    await found(texts, 'tea')
    await put(store, texts, [said('x', 'green tea', { place: 1_000 })])
    expect(texts.state.texts).toBe(500)
    await expect.poll(() => texts.state.texts).toBe(501)
  })
})

describe('a wait of a text follower', () => {
  /** One whose Store gives no text until `read` is resolved. */
  async function heldBack() {
    const inner: Store = new MapStore()
    await inner.put([said('a', 'green tea')])
    const read = deferred()
    const store = override(inner, {
      async *texts(...args) {
        await read.promise
        yield* inner.texts(...args)
      },
    })
    return { texts: new TextFollower(store), read }
  }

  test('ends with its signal, and the scope is read on for others', async () => {
    const { texts, read } = await heldBack()
    const ending = new AbortController()
    const query = { query: 'tea', k: 5, scope }
    const ended = texts.search([query], { signal: ending.signal })
    const other = texts.search([query])
    await setImmediate()
    ending.abort()
    await expect(ended).rejects.toMatchObject({ code: 'ABORTED' })
    read.resolve()
    expect((await other)[0]?.matches).toMatchObject([{ id: 'a' }])
  })

  test('ends when it is closed', async () => {
    const { texts, read } = await heldBack()
    const searching = texts.search([{ query: 'tea', k: 5, scope }])
    await setImmediate()
    const closed = texts.close()
    read.resolve()
    await closed
    await expect(searching).rejects.toMatchObject({ code: 'CLOSED' })
  })
})
