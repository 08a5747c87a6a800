import { describe, expect, test } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { identityOf } from '../../src/contracts/model-identity.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { SharedIndex } from '../kit/shared-index.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const texts = Array.from({ length: 100 }, (_, n) => `memory number ${n}`)

/** A model whose vectors point away from those of the old one. */
function otherModel(): WordEmbedder {
  const embedder = new WordEmbedder({ model: 'other', batchSize: 10 })
  const vectorOf = embedder.vectorOf.bind(embedder)
  embedder.vectorOf = text => vectorOf(text).map(value => -value)
  return embedder
}

/** A Store that lets a test do something right before the switch, and once it is made. */
function atSwitch({
  before,
  after,
}: {
  before?: () => Promise<unknown>
  after?: () => Promise<unknown>
}): MapStore {
  const store = new MapStore()
  return override(store, {
    adoptStaged: async (embedder, options) => {
      await before?.()
      const adopted = await store.adoptStaged(embedder, options)
      if (adopted) await after?.()
      return adopted
    },
  })
}

const upsertsOf = (index: ControlledIndex): number =>
  index.applied.reduce((sum, { upserts }) => sum + upserts.length, 0)

describe('the index of the next model', () => {
  test('is full when the switch comes, and is not filled again', async () => {
    const index = new ControlledIndex(32)
    const seen: unknown[] = []
    const before = async (): Promise<void> => {
      const { results } = await memory.search('memory number 7', { mode: 'vector', ...alice, topK: 1 })
      seen.push((await index.stats()).vectors, results[0]?.memory, results[0]?.score)
    }
    const { memory } = await openMemory({ store: atSwitch({ before }) })
    await memory.addBatch(texts, alice)
    await memory.reembed(otherModel(), { index })
    expect(seen).toEqual([100, 'memory number 7', expect.closeTo(1)])
    expect(upsertsOf(index)).toBe(100)
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 100 })
    await memory.flush()
    expect(upsertsOf(index)).toBe(100)
  })

  test('knows what was written and deleted between its filling and the switch', async () => {
    const index = new ControlledIndex(32)
    let round = 0
    const before = async (): Promise<void> => {
      round++
      // Deletes alone do not keep the switch from coming: nothing is left to be embedded.
      if (round === 1) await memory.deleteBatch(ids.slice(0, 5))
    }
    const after = async (): Promise<void> => {
      await memory.deleteBatch(ids.slice(5, 8))
    }
    const { memory } = await openMemory({ store: atSwitch({ before, after }) })
    const { results } = await memory.addBatch(texts, alice)
    const ids = results.map(({ id }) => id)
    await memory.reembed(otherModel(), { index })
    expect(round).toBe(1)
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 92 })
    await memory.flush()
    expect((await index.stats()).vectors).toBe(92)
    expect(upsertsOf(index)).toBe(100)
  })

  test('takes in what is added while it is filled', async () => {
    const index = new ControlledIndex(32)
    let round = 0
    const before = async (): Promise<void> => {
      if (round++ === 0) await memory.addBatch(['late', 'later'], alice)
    }
    const { memory } = await openMemory({ store: atSwitch({ before }) })
    await memory.addBatch(texts, alice)
    expect(await memory.reembed(otherModel(), { index })).toEqual({ memories: 102, embedded: 102 })
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 102 })
    expect(upsertsOf(index)).toBe(102)
  })

  test('is found out about when it could not be told of the switch', async () => {
    const index = new ControlledIndex(32)
    const after = async (): Promise<void> => index.failWith(new Error('The disk is full.'))
    const { memory, store } = await openMemory({ store: atSwitch({ after }), closeParts: false })
    await memory.addBatch(texts, alice)
    const model = otherModel()
    await memory.reembed(model, { index })
    index.failWith(undefined)
    expect(await store.readMeta(['embedder'])).toEqual([identityOf(model)])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 100 })
    expect(
      (await memory.search('memory number 7', { mode: 'vector', ...alice, topK: 1 })).results,
    ).toMatchObject([{ memory: 'memory number 7' }])
  })

  test('that holds the vectors in use, by another object, is left alone until the switch', async () => {
    const data = new ExactIndex(32)
    let vectors = 0
    const before = async (): Promise<void> => {
      const item = (await memory.getAll({ ...alice, topK: 1 })).results[0]
      const [held] = await data.get([item?.id ?? ''])
      if (held?.every((value, i) => value === embedder.vectorOf(item?.memory ?? '')[i])) vectors++
    }
    const { memory, embedder } = await openMemory({
      store: atSwitch({ before }),
      index: new SharedIndex(data),
    })
    await memory.addBatch(texts, alice)
    await memory.reembed(otherModel(), { index: new SharedIndex(data) })
    expect(vectors).toBe(1)
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 100 })
  })
})

test.each([
  ['that one process has open', false],
  ['that several have open', true],
])('a durable index %s leaves nothing in the Store of the log that it was filled from', async (_, shared) => {
  const plain = new MapStore()
  const keys = new Set<string>()
  const store = override(plain, {
    writeMeta: entries => {
      for (const { key } of entries) keys.add(key)
      return plain.writeMeta(entries)
    },
  })
  const { memory } = await openMemory({ store })
  await memory.addBatch(texts, alice)
  await memory.reembed(otherModel(), { index: new SharedIndex(new ExactIndex(32), { shared }) })
  const noted = [...keys]
  const values = await store.readMeta(noted)
  const kept = noted.filter((_key, i) => values[i] !== undefined)
  expect(noted).toContainEqual(expect.stringMatching(/^staged:index-slot:/))
  expect(kept).toContainEqual(expect.stringMatching(/^index-slot:/))
  expect(kept.filter(key => key.startsWith('staged:'))).toEqual([])
})

describe('a memory whose Store another has moved', () => {
  test('goes on with the new model in an index of its own', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    const model = otherModel()
    await Memory.reembed({ store, embedder: model })
    expect(await memory.reembed(model, { index: new ControlledIndex(32) })).toEqual({
      memories: 0,
      embedded: 0,
    })
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 100 })
    expect(
      (await memory.search('memory number 7', { mode: 'vector', ...alice, topK: 1 })).results,
    ).toMatchObject([{ memory: 'memory number 7' }])
  })

  test('leaves an index that takes nothing any more', async () => {
    const { memory, index } = await openMemory()
    await memory.addBatch(texts, alice)
    index.failWith(new Error('The disk is full.'))
    await memory.reembed(otherModel(), { index: new ControlledIndex(32) })
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 100 })
  })
})

describe('another process with the same index', () => {
  /** It asks the index while this process has moved on to another model and filled that anew. */
  async function searchAcrossSwitch(flushed: boolean): Promise<unknown> {
    const [store, data] = [new MapStore(), new ExactIndex(32)]
    const { memory } = await openMemory({ store, index: new SharedIndex(data) })
    await memory.addBatch(texts, alice)
    if (flushed) await memory.flush()
    const [asking, goOn] = [deferred(), deferred()]
    const index = new SharedIndex(data)
    const search = index.search.bind(index)
    index.search = async queries => {
      asking.resolve()
      await goOn.promise
      return search(queries)
    }
    const other = await Memory.open({ store, index, embedder: new WordEmbedder(), closeParts: false })
    const answer = other
      .search('memory number 7', { mode: 'vector', ...alice, topK: 1 })
      .catch((error: unknown) => error)
    await asking.promise
    await memory.reembed(otherModel())
    await memory.flush()
    goOn.resolve()
    const found = await answer
    await other.close({ flush: false })
    return found
  }

  for (const flushed of [true, false]) {
    test(`gets no answer of the new model to a question of the old, ${flushed ? 'after' : 'before'} a flush`, async () => {
      expect(await searchAcrossSwitch(flushed)).toMatchObject({ code: 'MODEL_MISMATCH' })
    })
  }

  test('does not take over an index that has come further by the hands of the new model', async () => {
    const [store, data] = [new MapStore(), new ExactIndex(32)]
    const { memory } = await openMemory({ store, index: new SharedIndex(data) })
    await memory.addBatch(texts, alice)
    await memory.flush()
    // Pages of one change: it is always far behind, and looks at the index first.
    const follower = { flushSize: 1 }
    const options = { store, embedder: new WordEmbedder(), closeParts: false, follower }
    const other = await Memory.open({ ...options, index: new SharedIndex(data) })
    await memory.reembed(otherModel())
    await memory.flush()
    await expect(other.search('memory number 7', { ...alice, mode: 'vector' })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
    })
    await other.close({ flush: false })
  })
})
