import { describe, expect, test } from 'vitest'

import { MemoryError } from '../../src/contracts/errors.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import type { OpenedMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const scope = { orgId: 'default', ...alice }
const clean = { ok: true, missing: [], different: [], orphans: 0 }
const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id)

async function filled(): Promise<OpenedMemory<MapStore>> {
  const opened = await openMemory()
  await opened.memory.addBatch(
    ['a', 'b', 'c', 'd'].map(id => ({ id, content: `tea ${id}` })),
    alice,
  )
  await opened.memory.flush()
  return opened
}

describe('verify', () => {
  test('finds nothing wrong with an index that holds what the Store does', async () => {
    const { memory } = await filled()
    expect(await memory.verify()).toEqual({ ...clean, checked: 4 })
  })

  test('names what the index lacks and has otherwise, and counts what it has besides', async () => {
    const { memory, index } = await filled()
    const cursor = await index.cursor()
    const other = new WordEmbedder().vectorOf('rain')
    await index.apply({ upserts: [], deletes: ['a'], cursor })
    await index.apply({ upserts: ['b', 'x'].map(id => ({ id, scope, vector: other })), deletes: [], cursor })
    expect(await memory.verify()).toEqual({
      ok: false,
      checked: 4,
      missing: ['a'],
      different: ['b'],
      orphans: 1,
    })
  })

  test('does not judge what is written meanwhile', async () => {
    const inner = new MapStore()
    const read = deferred()
    const written = deferred()
    let held = false
    const store = override(inner, {
      changes: async request => {
        const page = await inner.changes(request)
        if (held && request.after === 0) {
          read.resolve()
          await written.promise
        }
        return page
      },
    })
    const { memory } = await openMemory({ store, follower: { flushSize: 1 } })
    await memory.addBatch(
      ['a', 'b', 'c'].map(id => ({ id, content: `tea ${id}` })),
      alice,
    )
    await memory.flush()
    held = true
    const verifying = memory.verify()
    await read.promise
    await memory.update('a', 'rain')
    await memory.delete('b')
    await memory.add('snow', alice)
    written.resolve()
    expect(await verifying).toEqual({ ...clean, checked: 1 })
    held = false
    expect(await memory.verify()).toEqual({ ...clean, checked: 3 })
  })

  test('comes to its end though the tail fills up meanwhile', async () => {
    const inner = new MapStore()
    const index = new ControlledIndex(32)
    const asked = deferred()
    const go = deferred()
    let held = false
    const get = index.get.bind(index)
    index.get = async names => {
      if (held) {
        asked.resolve()
        await go.promise
      }
      return get(names)
    }
    const { memory } = await openMemory({ store: inner, index, follower: { tailLimit: 2, flushSize: 2 } })
    await memory.addBatch(['a', 'b'], alice)
    await memory.flush()
    held = true
    const verifying = memory.verify()
    await asked.promise
    // Written through another Memory, so that this one has to read them from the log.
    const other = await openMemory({ store: inner })
    await other.memory.addBatch(['c', 'd', 'e', 'f', 'g'], alice)
    const searching = memory.search('c', { ...alice, mode: 'vector' })
    go.resolve()
    expect(await verifying).toMatchObject({ ok: true })
    expect((await searching).results).toHaveLength(7)
  })
})

describe('repair', () => {
  test('leaves a good index alone', async () => {
    const { memory, index } = await filled()
    const applied = index.applied.length
    expect(await memory.repair()).toEqual({ found: { ...clean, checked: 4 }, written: 0, rebuilt: false })
    expect(index.applied).toHaveLength(applied)
  })

  test('writes what is missing or different', async () => {
    const { memory, index } = await filled()
    const cursor = await index.cursor()
    await index.apply({ upserts: [], deletes: ['a'], cursor })
    await index.apply({
      upserts: [{ id: 'b', scope, vector: new WordEmbedder().vectorOf('rain') }],
      deletes: [],
      cursor,
    })
    expect(await memory.repair()).toMatchObject({ found: { ok: false }, written: 2, rebuilt: false })
    expect(await memory.verify()).toEqual({ ...clean, checked: 4 })
    expect(ids((await memory.search('tea a', { ...alice, mode: 'vector' })).results)).toContain('a')
  })

  test('is not in conflict with a Store that moves the index itself meanwhile', async () => {
    const { memory, index } = await filled()
    await index.apply({ upserts: [], deletes: ['a', 'b'], cursor: await index.cursor() })
    const apply = index.apply.bind(index)
    const asked: unknown[] = []
    index.apply = async batch => {
      asked.push(batch.after)
      const cursor = await index.cursor()
      if (asked.length === 1) await apply({ upserts: [], deletes: [], cursor: cursor + 1 })
      const stands = await index.cursor()
      if (batch.after !== stands) throw new MemoryError('CONFLICT', `The index stands at ${stands}.`)
      return apply(batch)
    }
    expect(await memory.repair()).toMatchObject({ found: { ok: false }, written: 2, rebuilt: false })
    expect(asked).toEqual([4, 5])
    expect(await memory.verify()).toEqual({ ...clean, checked: 4 })
  })

  test('passes on what an index refuses for a reason of its own', async () => {
    const { memory, index } = await filled()
    await index.apply({ upserts: [], deletes: ['a'], cursor: await index.cursor() })
    const refusal = new MemoryError('CONFLICT', 'It takes nothing.')
    index.failWith(refusal)
    await expect(memory.repair()).rejects.toBe(refusal)
  })

  test('fills an index anew that has what belongs to no memory', async () => {
    const { memory, index } = await filled()
    const cursor = await index.cursor()
    await index.apply({
      upserts: [{ id: 'x', scope, vector: new WordEmbedder().vectorOf('tea') }],
      deletes: [],
      cursor,
    })
    expect(await memory.repair()).toMatchObject({ found: { orphans: 1 }, written: 4, rebuilt: true })
    expect(await memory.verify()).toEqual({ ...clean, checked: 4 })
  })

  test('tells how far it has come, in the check and in the mending', async () => {
    const { memory, index } = await filled()
    const cursor = await index.cursor()
    const orphan = { id: 'x', scope, vector: new WordEmbedder().vectorOf('tea') }
    await index.apply({ upserts: [orphan], deletes: [], cursor })
    const seen: unknown[] = []
    await memory.repair({ onProgress: progress => seen.push(progress) })
    expect(seen[0]).toEqual({ done: 4, total: 4 })
    expect(seen[1]).toEqual({ done: 0, total: 4 })
    expect(seen.at(-1)).toEqual({ done: 4, total: 4 })
  })

  test('by filling anew hides nothing from searches and loses no write, at any moment of it', async () => {
    const { memory, index, store } = await filled()
    const clear = index.clear.bind(index)
    const clearing = deferred()
    const cleared = deferred()
    index.clear = async () => {
      clearing.resolve()
      await cleared.promise
      await clear()
    }
    const cursor = await index.cursor()
    await index.apply({
      upserts: [{ id: 'x', scope, vector: new WordEmbedder().vectorOf('tea') }],
      deletes: [],
      cursor,
    })
    const repairing = memory.repair()
    await clearing.promise
    const searching = memory.search('tea', { ...alice, mode: 'vector' })
    const adding = memory.add({ id: 'e', content: 'tea e' }, alice)
    await adding
    index.hold()
    cleared.resolve()
    expect(ids((await searching).results).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(ids((await memory.search('tea', { ...alice, mode: 'vector' })).results).toSorted()).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
    ])
    index.release()
    await repairing
    await memory.flush()
    expect(await index.cursor()).toBe((await store.head()).position)
    expect(await memory.verify()).toEqual({ ...clean, checked: 5 })
  })

  test('by filling anew is not misled by a page of the log that was asked for before', async () => {
    const inner = new MapStore()
    const asked = deferred()
    const answer = deferred()
    let late = false
    const store = override(inner, {
      changes: async request => {
        const page = await inner.changes(request)
        if (late) {
          late = false
          asked.resolve()
          await answer.promise
        }
        return page
      },
    })
    const { memory, index } = await openMemory({ store })
    await memory.addBatch(
      ['a', 'b', 'c', 'd'].map(id => ({ id, content: `tea ${id}` })),
      alice,
    )
    await memory.flush()
    const orphan = { id: 'x', scope, vector: new WordEmbedder().vectorOf('tea') }
    await index.apply({ upserts: [orphan], deletes: [], cursor: await index.cursor() })
    const other = (await openMemory({ store: inner })).memory
    const stats = index.stats.bind(index)
    let flushing = Promise.resolve()
    index.stats = async () => {
      // The check has come to its end. Another process writes, and a flush asks for that ...
      index.stats = stats
      await other.add({ id: 'e', content: 'tea e' }, alice)
      late = true
      flushing = memory.flush()
      await asked.promise
      return stats()
    }
    const clear = index.clear.bind(index)
    index.clear = async () => {
      // ... and is answered when the index has been told to forget.
      answer.resolve()
      await clear()
    }
    expect(await memory.repair()).toMatchObject({ rebuilt: true })
    await flushing
    expect(await memory.verify()).toEqual({ ...clean, checked: 5 })
  })

  test('that fails midway loses nothing', async () => {
    const { memory, index } = await filled()
    const cursor = await index.cursor()
    await index.apply({
      upserts: [{ id: 'x', scope, vector: new WordEmbedder().vectorOf('tea') }],
      deletes: [],
      cursor,
    })
    index.failWith(new Error('the disk is full'))
    await expect(memory.repair()).rejects.toThrow('the disk is full')
    index.failWith(undefined)
    expect(ids((await memory.search('tea', { ...alice, mode: 'vector' })).results).toSorted()).toEqual([
      'a',
      'b',
      'c',
      'd',
    ])
    await memory.repair()
    expect(await memory.verify()).toEqual({ ...clean, checked: 4 })
  })
})
