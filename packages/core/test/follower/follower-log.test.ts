import { afterEach, describe, expect, test, vi } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { Follower } from '../../src/follower/follower.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { Progress } from '../../src/contracts/progress.ts'
import { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { storedRecord } from '../kit/stored-record.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id)

afterEach(() => {
  vi.useRealTimers()
})

describe('reading the log', () => {
  test('ends where a Store gives an empty page, instead of asking for ever', async () => {
    const inner = new MapStore()
    let pages = 0
    const store = override(inner, {
      head: async () => ({ position: 5 }),
      changes: async ({ after }) => {
        pages++
        return { upserts: [], deletes: [], cursor: after, done: false }
      },
    })
    const { memory } = await openMemory({ store })
    await memory.search('tea', { ...alice, mode: 'vector' })
    expect(pages).toBeLessThan(5)
  })

  test('does not take a page that was begun before a write for one that shows it', async () => {
    vi.useFakeTimers()
    const inner = new MapStore()
    const [asked, answered] = [deferred(), deferred()]
    const store = override(inner, {
      changes: async request => {
        const page = await inner.changes(request)
        asked.resolve()
        await answered.promise
        return page
      },
    })
    const vector = new WordEmbedder().vectorOf('tea')
    const index = new ExactIndex(vector.length)
    const follower = await Follower.open(store, index, { flushAfterMs: 50 })
    // A write that has left nothing: a page is read in the background, and is going to be empty.
    follower.accept({}, { upserts: [], deletes: [] })
    await vi.advanceTimersByTimeAsync(50)
    await asked.promise
    await inner.put([storedRecord('second', vector)])
    const searching = follower.search([{ vector, k: 5, scope: { orgId: 'default' } }])
    await vi.advanceTimersByTimeAsync(1)
    answered.resolve()
    expect(ids((await searching)[0] ?? [])).toEqual(['second'])
    await follower.close()
  })

  test('goes as far as the log reached when it began, however fast others write', async () => {
    const inner = new MapStore()
    const vector = new WordEmbedder().vectorOf('tea')
    let pages = 0
    const store = override(inner, {
      changes: async request => {
        const page = await inner.changes(request)
        await inner.put([storedRecord(`later ${pages++}`, vector)])
        return page
      },
    })
    const { memory } = await openMemory({ store })
    await inner.put([storedRecord('first', vector)])
    expect((await memory.search('tea', { ...alice, mode: 'vector' })).results.length).toBeGreaterThan(0)
    expect(pages).toBeLessThan(5)
  })

  test('goes on after the Store failed', async () => {
    const inner = new MapStore()
    let failing = false
    const store = override(inner, {
      changes: async request => {
        if (failing) throw new Error('connection lost')
        return inner.changes(request)
      },
    })
    const { memory } = await openMemory({ store })
    await inner.put([storedRecord('a', new WordEmbedder().vectorOf('tea'))])
    failing = true
    await expect(memory.search('tea', { ...alice, mode: 'vector' })).rejects.toMatchObject({
      code: 'BACKEND',
    })
    failing = false
    expect(ids((await memory.search('tea', { ...alice, mode: 'vector' })).results)).toEqual(['a'])
  })
})

describe('opening', () => {
  const texts = Array.from({ length: 40 }, (_, n) => `tea number ${n}`)

  test('brings an index that is behind up to the Store', async () => {
    const { memory, store, index } = await openMemory()
    await memory.addBatch(texts.slice(0, 5), alice)
    await memory.flush()
    const behind = index
    await memory.addBatch(texts.slice(5, 8), alice)
    await memory.close({ flush: false })
    expect(await behind.cursor()).toBe(5)
    const again = await openMemory({ store, index: behind })
    expect((await again.memory.search('tea', { ...alice, mode: 'vector' })).results).toHaveLength(8)
    expect(await again.memory.verify()).toMatchObject({ ok: true, checked: 8 })
    // It went on from where it was.
    expect(behind.applied.map(({ cursor }) => cursor)).toEqual([5, 8])
  })

  test.each([3, 40])('fills an index of another Store anew (%i memories)', async count => {
    const { memory, index } = await openMemory()
    await memory.addBatch(texts.slice(0, count), alice)
    await memory.close()
    const store = new MapStore()
    const other = await Memory.open({ store, index: new ControlledIndex(32), embedder: new WordEmbedder() })
    await other.addBatch(
      texts.map(text => `other ${text}`),
      alice,
    )
    await other.close()
    const opened = await openMemory({ store, index })
    await opened.memory.flush()
    expect(await opened.memory.verify()).toEqual({
      ok: true,
      checked: 40,
      missing: [],
      different: [],
      orphans: 0,
    })
  })

  test('fills an index anew that is ahead of the Store, as beside a backup', async () => {
    const { memory, index } = await openMemory()
    await memory.addBatch(texts, alice)
    await memory.close()
    const store = new MapStore()
    const backup = await Memory.open({ store, index: new ControlledIndex(32), embedder: new WordEmbedder() })
    await backup.addBatch(texts.slice(0, 10), alice)
    await backup.close()
    const opened = await openMemory({ store, index })
    expect((await opened.memory.search('tea', { mode: 'vector', ...alice, topK: 100 })).results).toHaveLength(
      10,
    )
    expect(await opened.memory.verify()).toMatchObject({ ok: true, checked: 10 })
  })

  test('with another index embeds nothing', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    await memory.close()
    const embedder = new WordEmbedder()
    const opened = await openMemory({ store, embedder })
    await opened.memory.flush()
    expect(await opened.memory.verify()).toMatchObject({ ok: true, checked: 40 })
    expect(embedder.calls).toEqual([])
  })

  test('reads a log that is longer than the tail may be', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    await memory.close()
    const opened = await openMemory({ store, follower: { tailLimit: 8, flushSize: 4 } })
    expect((await opened.memory.search('tea', { mode: 'vector', ...alice, topK: 100 })).results).toHaveLength(
      40,
    )
  })

  test('tells how far it has come, and goes on from there when it was aborted', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    await memory.close()
    const index = new ControlledIndex(32)
    const stop = new AbortController()
    const seen: unknown[] = []
    const options = { store, index, follower: { tailLimit: 8, flushSize: 8 }, closeParts: false }
    const onProgress = (progress: Progress): void => {
      if (seen.push(progress) === 2) stop.abort()
    }
    await expect(openMemory({ ...options, onProgress, signal: stop.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(seen).toEqual([
      { done: 8, total: 40 },
      { done: 16, total: 40 },
    ])
    const cursor = await index.cursor()
    expect(cursor).toBeGreaterThanOrEqual(8)
    seen.length = 0
    await openMemory({ ...options, onProgress: progress => seen.push(progress) })
    expect(seen.at(-1)).toEqual({ done: 40 - cursor, total: 40 - cursor })
  })

  test('with an embedder of another model is refused', async () => {
    const { memory, store } = await openMemory()
    await memory.close()
    const opening = openMemory({ store, embedder: new WordEmbedder({ model: 'other' }) })
    await expect(opening).rejects.toMatchObject({ code: 'MODEL_MISMATCH' })
    await expect(openMemory({ index: new ControlledIndex(3) })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })
})
