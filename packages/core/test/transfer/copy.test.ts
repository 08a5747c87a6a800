import { describe, expect, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import type { HistoryEntry } from '../../src/contracts/record.ts'
import { Memory } from '../../src/memory.ts'
import { alice, all, exported, stream } from '../kit/exported.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const inputs = Array.from({ length: 25 }, (_, n) => ({
  content: `memory ${n}`,
  createdAt: 1_000 + n,
  metadata: { n },
  index: n !== 3,
  ...(n % 2 && { runId: 'r1' }),
}))

function changesOf(entries: readonly HistoryEntry[]) {
  return entries.map(({ id: _id, scope: _scope, ...entry }) => entry)
}

/** A memory with a history: one is changed twice, one is deleted and added again under its id. */
async function withHistory() {
  const opened = await openMemory()
  await opened.memory.addBatch(inputs, alice)
  await opened.memory.add({ id: 'a', content: 'tea' }, { ...alice, actorId: 'Ana' })
  await opened.memory.update('a', 'green tea', { actorId: 'Bo' })
  await opened.memory.update('a', { importance: 1 })
  await opened.memory.add({ id: 'b', content: 'milk' }, alice)
  await opened.memory.delete('b')
  await opened.memory.add({ id: 'b', content: 'oat milk' }, alice)
  return opened
}

describe('a copy', () => {
  test('is the same memories with the same vectors, and repeating it adds nothing', async () => {
    const source = await withHistory()
    const target = await openMemory()
    const seen: unknown[] = []
    const copied = await source.memory.copyTo(target.memory, {
      batchSize: 10,
      onProgress: progress => seen.push(progress),
    })
    expect(copied).toEqual({ copied: 27, skipped: 0, different: 0 })
    expect(seen).toEqual([10, 20, 27].map(done => ({ done, total: 27 })))
    expect(await all(target.memory)).toEqual(await all(source.memory))
    expect(target.embedder.calls).toEqual([])
    const found = await target.memory.search('green tea', { ...alice, topK: 1 })
    expect(found.results).toMatchObject([{ id: 'a' }])
    expect((await target.memory.search('memory 3', { ...alice, topK: 30 })).results).toHaveLength(26)
    expect(await source.memory.copyTo(target.memory)).toEqual({ copied: 0, skipped: 27, different: 0 })
    expect((await target.store.stats()).memories).toBe(27)
    expect(changesOf(await target.memory.history('a'))).toMatchObject([
      { event: 'ADD', newValue: 'green tea' },
    ])
  })

  test('brings the history along on request, also of what was added again', async () => {
    const source = await withHistory()
    const target = await openMemory()
    await source.memory.copyTo(target.memory, { history: true })
    for (const id of ['a', 'b']) {
      const there = await target.memory.history(id)
      expect(changesOf(there)).toEqual(changesOf(await source.memory.history(id)))
      expect(there[0]?.scope).toMatchObject({ orgId: 'default', ...alice })
    }
    expect((await target.memory.history('b')).map(({ event }) => event)).toEqual(['ADD', 'DELETE', 'ADD'])
    await target.memory.update('a', 'black tea')
    expect((await target.memory.history('a')).map(({ newValue }) => newValue).at(-1)).toBe('black tea')
  })

  test('goes on where it was interrupted, and reads no page ahead', async () => {
    const source = await withHistory()
    const target = await openMemory()
    let pages = 0
    const query = source.store.query.bind(source.store)
    source.store.query = async function* (request) {
      for await (const page of query(request)) {
        pages++
        yield page
      }
    }
    const stop = new AbortController()
    const copying = source.memory.copyTo(target.memory, {
      batchSize: 5,
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 10) stop.abort()
      },
    })
    await expect(copying).rejects.toMatchObject({ code: 'ABORTED' })
    expect(pages).toBeLessThanOrEqual(3)
    expect((await target.store.stats()).memories).toBe(10)
    expect(await source.memory.copyTo(target.memory, { batchSize: 5 })).toEqual({
      copied: 17,
      skipped: 10,
      different: 0,
    })
  })

  test('to another model is embedded by it, and to a memory without one it is words alone', async () => {
    const source = await withHistory()
    const other = await openMemory({ embedder: new WordEmbedder({ model: 'other', dimensions: 16 }) })
    await source.memory.copyTo(other.memory)
    expect(other.embedder.texts).toBe(26)
    expect((await other.memory.search('green tea', { ...alice, topK: 1 })).results).toMatchObject([
      { id: 'a' },
    ])
    await using words = await Memory.open({ store: new MapStore() })
    await source.memory.copyTo(words)
    expect((await words.search('green tea', { ...alice, topK: 1 })).results).toMatchObject([{ id: 'a' }])
  })

  test('holds a scope alone, and goes into another organization and inside a scope()', async () => {
    const source = await openMemory()
    await source.memory.add({ id: 'a', content: 'tea' }, { agentId: 'cook' })
    await source.memory.add({ id: 'b', content: 'milk' }, { userId: 'bob' })
    await source.memory.add({ id: 'c', content: 'old', expiresAt: 1 }, { agentId: 'cook' })
    const target = await openMemory({ orgId: 'acme' })
    const hers = target.memory.scope(alice)
    const result = await source.memory.copyTo(hers, { agentId: 'cook' })
    expect(result).toEqual({ copied: 1, skipped: 0, different: 0 })
    expect(await hers.get('a')).toMatchObject({ orgId: 'acme', userId: 'alice', agentId: 'cook' })
    await expect(source.memory.copyTo(hers)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect((await target.store.stats()).memories).toBe(1)
  })

  test('counts what says something else there, and is refused an id of another user', async () => {
    const source = await withHistory()
    const target = await openMemory()
    await source.memory.copyTo(target.memory)
    await source.memory.update('a', 'white tea')
    await target.memory.update('b', 'soy milk')
    expect(await source.memory.copyTo(target.memory)).toEqual({ copied: 0, skipped: 27, different: 2 })
    const third = await openMemory()
    await third.memory.add({ id: 'a', content: 'mine' }, { userId: 'bob' })
    await expect(source.memory.copyTo(third.memory)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('is refused into itself, and into what is no memory', async () => {
    const { memory } = await openMemory()
    for (const target of [memory, memory.scope(alice), {}, undefined, new MapStore()]) {
      await expect(memory.copyTo(target as Memory)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
    const { memory: other } = await openMemory()
    for (const options of [{ history: 1 }, { batchSize: 0 }, { hist: true }]) {
      await expect(memory.copyTo(other, options as object)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      })
    }
    await other.close()
    await expect(memory.copyTo(other)).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('notices what is deleted while it is copied', async () => {
    const source = await openMemory()
    await source.memory.add({ id: 'a', content: 'tea' }, alice)
    const store = new MapStore()
    const deleting = override(store, {
      put: async (records, options) => {
        const receipt = await store.put(records, options)
        await store.delete(records.map(({ orgId, id }) => ({ orgId, id })))
        return receipt
      },
    })
    const target = await openMemory({ store: deleting })
    await expect(source.memory.copyTo(target.memory)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('"a"'),
    })
  })
})

describe('an export with history', () => {
  test('is read back with what happened to each memory, in batches of any size', async () => {
    const source = await withHistory()
    const lines = await exported(source.memory, { history: true })
    for (const batchSize of [1, 3, 1_000]) {
      const target = await openMemory()
      const result = await target.memory.importFrom(stream(...lines), { batchSize })
      expect(result).toEqual({ imported: 27, skipped: 0 })
      expect(await all(target.memory)).toEqual(await all(source.memory))
      for (const id of ['a', 'b']) {
        expect(changesOf(await target.memory.history(id))).toEqual(changesOf(await source.memory.history(id)))
      }
      expect(await target.memory.importFrom(stream(...lines))).toEqual({ imported: 0, skipped: 27 })
      expect(changesOf(await target.memory.history('a'))).toHaveLength(3)
    }
  })

  test('of a memory whose history was purged has none', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'a', content: 'tea' }, alice)
    const lines = await exported(memory, { history: true })
    const target = await openMemory()
    await target.memory.importFrom(stream(...lines.slice(0, 2)))
    expect(await target.memory.history('a')).toEqual([])
  })

  test('says that it needs this release, and one without history does not', async () => {
    const { memory } = await withHistory()
    expect(JSON.parse((await exported(memory, { history: true }))[0] as string)).toMatchObject({ version: 2 })
    expect(JSON.parse((await exported(memory))[0] as string)).toMatchObject({ version: 1 })
  })

  test.each([
    ['of another memory', { memoryId: 'b' }, 'CORRUPT'],
    ['with an event that is none', { event: 'MOVE' }, 'INVALID_ARGUMENT'],
    ['with a field that is none', { colour: 'red' }, 'INVALID_ARGUMENT'],
    ['without a time', { createdAt: undefined }, 'INVALID_ARGUMENT'],
  ])('names a line of history %s, and stores what is before it', async (_, spoil, code) => {
    const source = await openMemory()
    await source.memory.add({ id: 'a', content: 'tea' }, alice)
    const lines = await exported(source.memory, { history: true })
    const last = JSON.parse(lines.at(-1) ?? '') as { history: object }
    const broken = [...lines.slice(0, -1), { history: { ...last.history, ...spoil } }]
    const target = await openMemory()
    await expect(target.memory.importFrom(stream(...broken))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^Line 3: .*The 1 memories before it are stored/),
    })
  })
})
