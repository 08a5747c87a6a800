import { join } from 'node:path'
import { HashEmbedder, MapStore, Memory } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { describe, expect, test } from 'vitest'
import { breakTables } from './break-tables.ts'
import { freshFolder } from './fresh-folder.ts'

const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder
const ana = { userId: 'ana' }

async function openAll(folder: string): Promise<{ store: Store; index: VectorIndex; memory: Memory }> {
  const store = await openSqliteStore({ path: join(folder, 'memories.db'), tablePrefix: 'app_' })
  const index = await openSqliteVecIndex({ store, dimensions })
  return { store, index, memory: await Memory.open({ store, index, embedder }) }
}

async function expectInStep({ store, index }: { store: Store; index: VectorIndex }): Promise<void> {
  expect(await index.cursor()).toBe(await store.head())
}

describe("an index in the Store's transactions", () => {
  test('has every change with the change itself, and nothing is left to be flushed', async () => {
    await using folder = await freshFolder()
    const { memory, ...parts } = await openAll(folder.path)
    const texts = Array.from({ length: 1_000 }, (_, i) => `Ana noted the colour number ${i}`)
    const { results } = await memory.addBatch(texts, ana)
    await expectInStep(parts)
    expect((await parts.index.stats()).vectors).toBe(1_000)
    const ids = results.map(({ id }) => id ?? '')

    await memory.update(ids[3] ?? '', { content: 'Ana plays the violin' })
    await memory.update(ids[4] ?? '', { metadata: { seen: true } })
    await memory.deleteBatch(ids.slice(10, 30))
    await memory.addBatch(['Bob likes tea', 'Bob likes figs'], { userId: 'bob' })
    await memory.deleteAll({ userId: 'bob' })
    await expectInStep(parts)
    expect((await parts.index.stats()).vectors).toBe(980)
    const found = await memory.search('Who plays the violin?', ana)
    expect(found.results[0]?.memory).toBe('Ana plays the violin')
    expect((await memory.stats()).follower).toMatchObject({ tail: 0, flushes: 0 })
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 980 })
    await memory.close()
  })

  test('of a batch that is a duplicate in part, takes what was added', async () => {
    await using folder = await freshFolder()
    const { memory, ...parts } = await openAll(folder.path)
    await memory.addBatch(['one', 'two'], { ...ana, dedupe: true })
    await memory.addBatch(['two', 'three', 'three'], { ...ana, dedupe: true })
    await expectInStep(parts)
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 3 })
    await memory.close()
  })

  test('undoes the whole write when the vectors cannot be written', async () => {
    await using folder = await freshFolder()
    const { memory, store } = await openAll(folder.path)
    await memory.add('kept', ana)
    const head = await store.head()
    breakTables(join(folder.path, 'memories.db'), 'app_', ['vec_vectors'])
    await expect(memory.addBatch(['lost', 'as well'], ana)).rejects.toMatchObject({ code: 'BACKEND' })
    expect(await store.head()).toBe(head)
    expect((await store.stats()).memories).toBe(1)
    await memory.close()
  })

  test('is caught up by the log after another has written without it', async () => {
    await using folder = await freshFolder()
    const { memory, ...parts } = await openAll(folder.path)
    await memory.add('Ana likes tea', ana)
    const other = await openSqliteStore({ path: join(folder.path, 'memories.db'), tablePrefix: 'app_' })
    const foreign = await openSqliteVecIndex({ path: join(folder.path, 'foreign.db'), dimensions })
    await using elsewhere = await Memory.open({ store: other, index: foreign, embedder })
    await elsewhere.add('Ana plays the violin', ana)
    expect(await parts.index.cursor()).toBe(1)
    await memory.add('Ana lives in Rome', ana)
    const found = await memory.search('Who plays the violin?', ana)
    expect(found.results.map(({ memory: text }) => text)).toContain('Ana plays the violin')
    await memory.flush()
    await expectInStep(parts)
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 3 })
    await memory.add('Ana has a dog', ana)
    await expectInStep(parts)
    await memory.close()
  })

  test('leaves them when it is closed; the Store goes on', async () => {
    await using folder = await freshFolder()
    const store = await openSqliteStore({ path: join(folder.path, 'memories.db') })
    const index = await openSqliteVecIndex({ store, dimensions })
    const memory = await Memory.open({ store, index, embedder })
    await index.close()
    breakTables(join(folder.path, 'memories.db'))
    await memory.add('written without an index', ana)
    expect((await store.stats()).memories).toBe(1)
    await store.close()
  })

  test('needs a Store of openSqliteStore that is on disk', async () => {
    const inMemory = await openSqliteStore({ path: ':memory:' })
    const invalid = { code: 'INVALID_ARGUMENT' }
    await expect(openSqliteVecIndex({ store: inMemory, dimensions })).rejects.toMatchObject(invalid)
    await expect(openSqliteVecIndex({ store: new MapStore(), dimensions })).rejects.toMatchObject(invalid)
    await inMemory.close()
  })
})
