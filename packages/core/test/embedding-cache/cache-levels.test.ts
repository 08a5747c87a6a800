import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { CachedEmbedder } from '../../src/embedding-cache/cached-embedder.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { SharedMap } from '../kit/shared-map.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const texts = Array.from({ length: 1_000 }, (_, n) => `memory number ${n}`)

describe('in memory', () => {
  test('of a batch whose texts stand in it twice each is embedded once, and none the next time', async () => {
    const { memory, embedder } = await openMemory()
    const halfRepeated = [...texts.slice(0, 500), ...texts.slice(0, 500)]
    await memory.addBatch(halfRepeated, alice)
    expect(embedder.calls.map(({ length }) => length)).toEqual([500])
    await memory.addBatch(halfRepeated, alice)
    expect(embedder.calls).toHaveLength(1)
    expect((await memory.stats()).embedder).toMatchObject({ embedded: 500, joined: 500, hits: 1_000 })
  })

  test('as many bytes are kept as are allowed', async () => {
    const embedder = new WordEmbedder()
    const long = (n: number): string => `${n} ${'long '.repeat(200)}`
    const cached = new CachedEmbedder(embedder, { maxBytes: 10_000 })
    for (let n = 0; n < 20; n++) await cached.embed([long(n)])
    const { entries, bytes } = cached.stats
    expect(entries).toBeGreaterThan(1)
    expect(entries).toBeLessThan(6)
    expect(bytes).toBeLessThanOrEqual(10_000)
    await cached.embed([long(19)])
    expect(embedder.calls).toHaveLength(20)
    await cached.embed([long(0)])
    expect(embedder.calls).toHaveLength(21)
  })

  test('a text that is larger than all of it is answered all the same', async () => {
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder, { maxBytes: 10_000 })
    await cached.embed(['tea'])
    const text = 'long '.repeat(10_000)
    expect(await cached.embed([text])).toEqual([embedder.vectorOf(text)])
    await cached.embed(['tea'])
    expect(embedder.calls).toHaveLength(2)
  })
})

describe('a shared cache', () => {
  test('is read once for the misses of a batch, and written once', async () => {
    const shared = new SharedMap()
    const [first, second] = [new WordEmbedder(), new WordEmbedder()]
    const cached = new CachedEmbedder(first, { shared })
    await cached.embed([...texts, ...texts])
    await cached.settle()
    expect([shared.reads, shared.writes]).toEqual([[1_000], [1_000]])
    await cached.embed(texts)
    expect(shared.reads).toHaveLength(1)

    const other = new CachedEmbedder(second, { shared })
    expect(await other.embed([...texts, 'new'])).toEqual([...texts, 'new'].map(text => second.vectorOf(text)))
    await other.settle()
    expect(second.calls).toEqual([['new']])
    expect(shared.writes).toEqual([1_000, 1])
    expect(other.stats).toMatchObject({ calls: 1, embedded: 1, hits: 0, sharedHits: 1_000 })
    await other.embed(texts)
    expect(other.stats).toMatchObject({ hits: 1_000, sharedHits: 1_000 })
  })

  test('is asked by the SHA-256 of purpose and text, and for its own model', async () => {
    const shared = new SharedMap()
    const cached = new CachedEmbedder(new WordEmbedder(), { shared })
    await cached.embed(['tea'])
    await cached.embed(['tea'], { as: 'query' })
    await cached.settle()
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const [document, query] = [sha256('document tea'), sha256('query tea')]
    expect([...shared.vectors.keys()]).toEqual([`words ${document}`, `words ${query}`])
    const other = new WordEmbedder({ model: 'other' })
    await new CachedEmbedder(other, { shared }).embed(['tea'])
    expect(other.calls).toHaveLength(1)
  })

  test('that fails costs a call nothing but its own work', async () => {
    const shared = new SharedMap()
    shared.before = () => Promise.reject(new Error('Redis is away'))
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder, { shared })
    expect(await cached.embed(['tea'])).toEqual([embedder.vectorOf('tea')])
    await cached.settle()
    expect(cached.stats).toMatchObject({ embedded: 1, sharedHits: 0, sharedFailures: 2 })
  })

  test('that answers with something else is not believed', async () => {
    const shared = new SharedMap()
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder, { shared, maxEntries: 1 })
    await cached.embed(['tea', 'milk', 'rain', 'last'])
    await cached.settle()
    const wrong = [new Float32Array(31).fill(1), new Float32Array(32), new Float32Array(32).fill(Number.NaN)]
    for (const [i, key] of [...shared.vectors.keys()].slice(0, 3).entries()) {
      shared.vectors.set(key, wrong[i] as Float32Array)
    }
    const answers = await cached.embed(['tea', 'milk', 'rain'])
    expect(answers).toEqual(['tea', 'milk', 'rain'].map(text => embedder.vectorOf(text)))
    expect(cached.stats).toMatchObject({ sharedHits: 0, sharedFailures: 3 })
  })

  test('does not keep a caller waiting who goes away, nor a call for its writes', async () => {
    const shared = new SharedMap()
    const goOn = deferred()
    const embedder = new WordEmbedder()
    const cached = new CachedEmbedder(embedder, { shared })
    const controller = new AbortController()
    shared.before = async () => controller.abort()
    await expect(cached.embed(['tea'], { signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(embedder.calls).toEqual([])
    let waits = 0
    shared.before = async () => {
      if (shared.writes.length > 0) {
        waits++
        await goOn.promise
      }
    }
    expect(await cached.embed(['tea'])).toEqual([embedder.vectorOf('tea')])
    expect(waits).toBe(1)
    goOn.resolve()
    await cached.close()
    expect(shared.vectors.size).toBe(1)
  })

  test('is closed with the memory, or with closeParts: false left open, but told everything', async () => {
    for (const closeParts of [true, false]) {
      const shared = new SharedMap()
      shared.before = () => new Promise(resolve => setTimeout(resolve, 5))
      const { memory } = await openMemory({ cache: { shared }, closeParts })
      await memory.add('tea', alice)
      await memory.close()
      expect(shared.closed).toBe(closeParts ? 1 : 0)
      expect(shared.vectors.size).toBe(1)
    }
  })
})

describe("the Store's own vectors", () => {
  const cache = { store: true }

  test('serve a text that it holds, across restarts', async () => {
    const store = new MapStore()
    const first = await openMemory({ store, cache })
    await first.memory.addBatch(texts, alice)
    await first.memory.close()
    const embedder = new WordEmbedder()
    const { memory } = await openMemory({ store, embedder, cache })
    await memory.addBatch([...texts.slice(0, 500), 'new'], { userId: 'bob' })
    expect(embedder.calls).toEqual([['new']])
    expect((await memory.stats()).embedder).toMatchObject({ embedded: 1, storeHits: 500 })
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 1_501 })
  })

  test('serve a text that an update gave to a memory, and no longer the one it had', async () => {
    const store = new MapStore()
    const first = await openMemory({ store, cache })
    await first.memory.add({ id: 'm1', content: 'tea' }, alice)
    await first.memory.update('m1', 'milk')
    await first.memory.close()
    const { memory, embedder } = await openMemory({ store, cache })
    await memory.addBatch(['tea', 'milk'], alice)
    expect(embedder.calls).toEqual([['tea']])
  })

  test('serve no query, since its vector may be another', async () => {
    const store = new MapStore()
    const first = await openMemory({ store, cache })
    await first.memory.add('tea', alice)
    await first.memory.close()
    const { memory, embedder } = await openMemory({ store, cache })
    await memory.search('tea', alice)
    expect(embedder.calls).toEqual([['tea']])
  })

  test('are not those that a caller brought', async () => {
    const store = new MapStore()
    const first = await openMemory({ store, cache })
    await first.memory.add({ content: 'tea', embedding: new WordEmbedder().vectorOf('milk') }, alice)
    await first.memory.close()
    const { memory, embedder } = await openMemory({ store, cache })
    await memory.add('tea', alice)
    expect(embedder.calls).toEqual([['tea']])
  })

  test('are asked for only where that was chosen', async () => {
    const store = new MapStore()
    const first = await openMemory({ store })
    await first.memory.add('tea', alice)
    await first.memory.close()
    const { memory, embedder } = await openMemory({ store, cache })
    await memory.add('tea', alice)
    expect(embedder.calls).toEqual([['tea']])
    expect((await memory.stats()).embedder).toMatchObject({ storeHits: 0 })
  })

  test('are asked for what the shared cache does not have, and it is told', async () => {
    const store = new MapStore()
    const first = await openMemory({ store, cache })
    await first.memory.addBatch(['tea', 'milk'], alice)
    await first.memory.close()
    const shared = new SharedMap()
    const { memory, embedder } = await openMemory({ store, cache: { store: true, shared } })
    await memory.addBatch(['tea', 'milk', 'rain'], alice)
    await memory.close()
    expect(embedder.calls).toEqual([['rain']])
    expect(shared.writes).toEqual([3])
  })
})
