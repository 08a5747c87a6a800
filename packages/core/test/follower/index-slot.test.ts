import { describe, expect, test } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { LogBatch } from '../../src/contracts/log.ts'
import type { Memory } from '../../src/memory.ts'
import type { Store } from '../../src/contracts/store.ts'
import type { ControlledIndex } from '../kit/controlled-index.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { restorableStore } from '../kit/restorable-store.ts'
import { SharedIndex } from '../kit/shared-index.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const size = 2048
const alice = { userId: 'alice' }
const kept = Array.from({ length: 100 }, (_, n) => ({ id: `kept${n}`, content: `word${n}` }))
const ids = (from: number, to: number): string[] => kept.slice(from, to).map(({ id }) => id)

/** Opens a memory that leaves its parts open. */
async function open(store: Store, index: ControlledIndex): Promise<Memory> {
  const embedder = new WordEmbedder({ dimensions: size })
  // A Store that has gone back has the lease of somebody who is gone: it is waited for.
  const follower = { leaseMs: 300 }
  return (await openMemory({ store, index, embedder, follower, closeParts: false })).memory
}

/** Of the kept ones, those that a search for their words does not find. */
async function missed(memory: Memory): Promise<string[]> {
  const asked = kept.map(({ content }) => ({ query: content, ...alice, topK: 1, mode: 'vector' as const }))
  const answers = await memory.searchBatch(asked)
  return kept.flatMap(({ id }, i) => (answers[i]?.results[0]?.id === id ? [] : id))
}

describe.each([
  ['that one process has open', false],
  ['that several have open', true],
])('a durable index %s', (_, shared) => {
  const durable = (data: ExactIndex): ControlledIndex => new SharedIndex(data, { shared })

  /** Of the 100, 15 changed beneath an index and 15 were deleted; then the Store has gone back to before that. */
  async function goneBack(): Promise<{ store: Store; data: ExactIndex }> {
    const place = restorableStore({ named: false })
    const data = new ExactIndex(size)
    const memory = await open(place.store, durable(data))
    await memory.addBatch(kept, alice)
    await memory.flush()
    await place.remember()
    await memory.updateBatch(ids(30, 45).map(id => ({ id, content: `changed ${id}` })))
    await memory.deleteBatch(ids(45, 60))
    await memory.flush()
    await memory.close()
    place.goBack()
    return { store: place.store, data }
  }

  /** Moves memories in the log that the index holds as they are: nothing of them tells that it has grown anew. */
  async function grow(memory: Memory): Promise<void> {
    await memory.updateBatch(ids(60, 100).map(id => ({ id, metadata: { seen: true } })))
  }

  test('whose Store went back and grew past it while nobody had it open hides nothing', async () => {
    const { store, data } = await goneBack()
    const other = await open(store, durable(new ExactIndex(size)))
    await grow(other)
    await other.close()
    expect((await store.head()).position).toBeGreaterThan(await data.cursor())
    const memory = await open(store, durable(data))
    expect(await missed(memory)).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 100 })
  })

  test('beside another Store with the same memories, but not all, holds what that one does', async () => {
    const { data } = await goneBack()
    const store = new MapStore()
    const other = await open(store, durable(new ExactIndex(size)))
    await other.addBatch(kept, alice)
    await grow(other)
    await other.deleteBatch(ids(80, 81))
    await other.close()
    const memory = await open(store, durable(data))
    expect(await missed(memory)).toEqual(ids(80, 81))
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 99 })
  })

  test('is told by its next flush that the Store went back and grew past it beneath a process', async () => {
    const place = restorableStore({ named: false })
    const memory = await open(place.store, durable(new ExactIndex(size)))
    await memory.addBatch(kept, alice)
    await place.remember()
    await memory.deleteBatch(ids(45, 60))
    await memory.flush()
    place.goBack()
    await grow(memory)
    await memory.flush()
    expect(await missed(memory)).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 100 })
  })

  test('whose process was killed before the index had what was noted goes on where it stands', async () => {
    const store = new MapStore()
    const data = new ExactIndex(size)
    const memory = await open(store, durable(data))
    await memory.addBatch(kept.slice(0, 50), alice)
    await memory.flush()
    const before = { cursor: await data.cursor(), slot: await data.slot() }
    await memory.addBatch(kept.slice(50), alice)
    await memory.flush()
    await memory.close()
    // As the index was, or as its last snapshot is.
    await data.apply({ upserts: [], deletes: ids(50, 100), ...before })
    const again = await open(store, durable(data))
    expect(await missed(again)).toEqual([])
    expect((await again.stats()).follower).toMatchObject({ indexed: before.cursor, flushes: 0 })
  })

  test('that has no slot stays as it is, and gets one with the next flush', async () => {
    const store = new MapStore()
    const data = new ExactIndex(size)
    const takeSlotless = ({ slot: _slot, ...batch }: LogBatch): Promise<void> => data.apply(batch)
    const memory = await open(store, override(durable(data), { apply: takeSlotless }))
    await memory.addBatch(kept, alice)
    await memory.flush()
    await memory.close()
    expect(await data.slot()).toBeUndefined()
    const index = durable(data)
    const again = await open(store, index)
    expect(await missed(again)).toEqual([])
    await again.flush()
    expect(index.applied).toEqual([])
    await again.add('one more', alice)
    await again.flush()
    expect(await data.slot()).toEqual(expect.any(String))
  })

  test('is noted by each flush in one write, and nothing is read after the first', async () => {
    const inner = new MapStore()
    const calls: string[] = []
    const isSlot = (key: string): boolean => key.startsWith('index-slot:')
    const store = override(inner, {
      readMeta: keys => {
        if (keys.some(isSlot)) calls.push('readMeta')
        return inner.readMeta(keys)
      },
      writeMeta: entries => {
        if (entries.some(({ key }) => isSlot(key))) calls.push('writeMeta')
        return inner.writeMeta(entries)
      },
    })
    const index = durable(new ExactIndex(size))
    const slot = index.slot.bind(index)
    index.slot = () => {
      calls.push('slot')
      return slot()
    }
    const memory = await open(store, index)
    for (let n = 0; n < 4; n++) {
      await memory.addBatch(kept.slice(n * 25, n * 25 + 25), alice)
      await memory.flush()
    }
    expect(calls).toEqual(['slot', 'writeMeta', 'writeMeta', 'writeMeta', 'writeMeta'])
  })

  test('that is filled again is noted under another name, and nothing of the last one is left', async () => {
    const store = new MapStore()
    const data = new ExactIndex(size)
    const memory = await open(store, durable(data))
    await memory.addBatch(kept, alice)
    await memory.flush()
    const before = await data.slot()
    // What the Store does not know makes a repair fill it again.
    const scope = { orgId: 'default', userId: 'alice' }
    const vector = new Float32Array(size).fill(1 / Math.sqrt(size))
    await data.apply({
      upserts: [{ id: 'unknown', scope, vector }],
      deletes: [],
      cursor: await data.cursor(),
      slot: before,
    })
    expect(await memory.repair()).toMatchObject({ rebuilt: true })
    const after = await data.slot()
    expect(after).not.toBe(before)
    expect(await store.readMeta([`index-slot:${before}`, `index-slot:${after}`])).toEqual([
      undefined,
      String(await data.cursor()),
    ])
    expect(await missed(memory)).toEqual([])
  })

  test('follows a log that it cannot note anything in, without a slot', async () => {
    const store = new MapStore()
    const writer = await open(store, durable(new ExactIndex(size)))
    await writer.addBatch(kept, alice)
    let isReadOnly = false
    const standby = override(store, {
      writeMeta: entries =>
        isReadOnly && entries.some(({ key }) => key.startsWith('index-slot:'))
          ? Promise.reject(new Error('read-only'))
          : store.writeMeta(entries),
    })
    const data = new ExactIndex(size)
    const memory = await open(standby, durable(data))
    await memory.flush()
    expect(await data.slot()).toEqual(expect.any(String))
    isReadOnly = true
    await writer.deleteBatch(ids(0, 1))
    await memory.flush()
    await memory.close()
    expect(await data.slot()).toBeUndefined()
    const index = durable(data)
    const again = await open(standby, index)
    expect(await missed(again)).toEqual(ids(0, 1))
    expect(await data.cursor()).toBe((await store.head()).position)
  })

  test('is compared once, not for ever, where the Store went back and takes no note', async () => {
    const place = restorableStore({ named: false })
    let isReadOnly = false
    const standby = override(place.store, {
      writeMeta: entries =>
        isReadOnly && entries.some(({ key }) => key.startsWith('index-slot:'))
          ? Promise.reject(new Error('read-only'))
          : place.store.writeMeta(entries),
    })
    const data = new ExactIndex(size)
    const memory = await open(standby, durable(data))
    await memory.addBatch(kept, alice)
    await place.remember()
    await memory.deleteBatch(ids(45, 60))
    await memory.flush()
    place.goBack()
    isReadOnly = true
    await grow(memory)
    await memory.flush()
    expect(await missed(memory)).toEqual([])
    expect(await data.slot()).toBeUndefined()
    expect(await data.cursor()).toBe((await place.store.head()).position)
    await memory.close()
  })
})
