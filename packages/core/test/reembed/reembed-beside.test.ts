import { describe, expect, test } from 'vitest'

import { identityOf } from '../../src/contracts/model-identity.ts'
import type { MapStore } from '../../src/reference/map-store.ts'
import type { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const texts = Array.from({ length: 100 }, (_, n) => `memory number ${n}`)

/** A model whose vectors point away from those of the old one. */
function otherModel(dimensions = 32): WordEmbedder {
  const embedder = new WordEmbedder({ model: 'other', batchSize: 10, dimensions })
  const vectorOf = embedder.vectorOf.bind(embedder)
  embedder.vectorOf = text => vectorOf(text).map(value => -value)
  return embedder
}

/** Lets a reembed wait at its n-th call of the model. */
function waitAt(model: WordEmbedder, n: number): { reached: Promise<void>; goOn: () => void } {
  const [reached, goOn] = [deferred(), deferred()]
  model.before = async () => {
    if (model.calls.length !== n) return
    reached.resolve()
    await goOn.promise
  }
  return { reached: reached.promise, goOn: goOn.resolve }
}

async function expectMoved(memory: Memory, store: MapStore, model: WordEmbedder): Promise<void> {
  const items = await Array.fromAsync(memory.list(alice))
  expect(await store.vectors(items.map(({ orgId, id }) => ({ orgId, id })))).toEqual(
    items.map(({ memory: text }) => model.vectorOf(text)),
  )
  expect(await memory.verify()).toMatchObject({ ok: true, checked: items.length })
}

describe('beside a reembed of this memory', () => {
  test('what is added, changed and deleted is neither lost nor left with an old vector', async () => {
    const { memory, store } = await openMemory()
    const { results } = await memory.addBatch(texts, alice)
    const model = otherModel()
    const { reached, goOn } = waitAt(model, 6)
    const moving = memory.reembed(model)
    await reached
    await memory.addBatch(['added meanwhile', 'and this'], alice)
    await memory.update(results[0]?.id ?? '', 'changed, and staged before')
    await memory.update(results[99]?.id ?? '', 'changed, and not staged yet')
    await memory.updateBatch([{ id: results[1]?.id ?? '', importance: 1 }])
    await memory.deleteBatch([results[2]?.id ?? '', results[98]?.id ?? ''])
    const { results: found } = await memory.search('added meanwhile', { mode: 'vector', ...alice, topK: 1 })
    expect(found).toMatchObject([{ memory: 'added meanwhile', score: expect.closeTo(1) as number }])
    goOn()
    expect(await moving).toMatchObject({ memories: 100 })
    await expectMoved(memory, store, model)
    const all = (await memory.getAll({ ...alice, topK: 1_000 })).results.map(item => item.memory)
    expect(all).toHaveLength(100)
    expect(all).toContain('changed, and staged before')
    expect(all).toContain('changed, and not staged yet')
    expect(all).not.toContain('memory number 2')
  })

  test('a write that was embedded with the old model is written with the new', async () => {
    const embedder = new WordEmbedder()
    const { memory, store } = await openMemory({ embedder })
    const { results } = await memory.addBatch(texts, alice)
    const [embedding, goOn] = [deferred(), deferred()]
    embedder.before = async () => {
      embedding.resolve()
      await goOn.promise
    }
    const adding = memory.addBatch(['straddles the switch', 'so does this'], alice)
    const changing = memory.update(results[0]?.id ?? '', 'so does a change')
    const searching = memory.search('straddles', { mode: 'vector', ...alice, topK: 3 })
    await embedding.promise
    const model = otherModel()
    // The old embedder is closed once what it is embedding is done.
    const moving = memory.reembed(model)
    while ((await store.readMeta(['embedder']))[0] !== identityOf(model)) await new Promise(setImmediate)
    goOn.resolve()
    await Promise.all([adding, changing, searching, moving])
    await expectMoved(memory, store, model)
    expect(
      (await memory.search('so does a change', { mode: 'vector', ...alice, topK: 1 })).results,
    ).toMatchObject([{ memory: 'so does a change' }])
  })

  test('a vector that the caller brought for the old model is not taken for one of the new', async () => {
    const embedder = new WordEmbedder()
    const { memory, store } = await openMemory({ embedder, coalesce: false })
    await memory.add('tea', alice)
    const [embedding, goOn] = [deferred(), deferred()]
    embedder.before = async () => {
      embedding.resolve()
      await goOn.promise
    }
    const own = { content: 'brought', embedding: embedder.vectorOf('brought'), ...alice }
    const adding = memory.addBatch([own, 'and one to embed'], alice)
    await embedding.promise
    const model = otherModel()
    const moving = memory.reembed(model)
    while ((await store.readMeta(['embedder']))[0] !== identityOf(model)) await new Promise(setImmediate)
    goOn.resolve()
    await expect(adding).rejects.toMatchObject({ code: 'MODEL_MISMATCH' })
    await moving
    expect((await memory.getAll(alice)).results).toHaveLength(1)
  })

  test('writers that never rest do not keep it from its end', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    const model = otherModel()
    const moved = new AbortController()
    let added = 0
    const writer = async (): Promise<void> => {
      while (!moved.signal.aborted) await memory.add(`without rest ${added++}`, alice)
    }
    const writers = [writer(), writer()]
    await memory.reembed(model)
    moved.abort()
    await Promise.all(writers)
    await expectMoved(memory, store, model)
    expect((await store.stats()).memories).toBe(100 + added)
  })
})

describe('another memory of the same Store', () => {
  test('is refused by its next write and its next search, and mixes nothing', async () => {
    const { memory, store } = await openMemory()
    const { results } = await memory.addBatch(texts, alice)
    const other = await openMemory({ store, embedder: new WordEmbedder(), closeParts: false })
    await other.memory.search('tea', { ...alice, mode: 'vector' })
    const model = otherModel()
    await memory.reembed(model)
    const mismatch = { code: 'MODEL_MISMATCH', message: expect.stringContaining('other') as string }
    await expect(other.memory.search('tea', { ...alice, mode: 'vector' })).rejects.toMatchObject(mismatch)
    await expect(other.memory.add('tea', alice)).rejects.toMatchObject(mismatch)
    await expect(other.memory.update(results[0]?.id ?? '', 'tea')).rejects.toMatchObject(mismatch)
    await expect(other.memory.flush()).rejects.toMatchObject(mismatch)
    expect(await other.memory.get(results[0]?.id ?? '')).toMatchObject({ memory: 'memory number 0' })
    await expectMoved(memory, store, model)
    await other.memory.close({ flush: false })
  })

  test('with an index of other dimensions is refused as clearly', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    const other = await openMemory({ store, embedder: new WordEmbedder(), closeParts: false })
    await memory.reembed(otherModel(48), { index: new ControlledIndex(48) })
    const mismatch = { code: 'MODEL_MISMATCH' }
    await expect(other.memory.search('tea', { ...alice, mode: 'vector' })).rejects.toMatchObject(mismatch)
    await expect(other.memory.add('tea', alice)).rejects.toMatchObject(mismatch)
    await other.memory.close({ flush: false })
  })

  test('that has a filter which goes through the Store compares no vector of the new model', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, { ...alice, metadata: { rare: false } })
    await memory.add('the rare one', { ...alice, metadata: { rare: true } })
    const other = await openMemory({ store, embedder: new WordEmbedder(), closeParts: false })
    const query = { ...alice, where: { 'metadata.rare': true }, topK: 5 }
    expect((await other.memory.search('rare', { ...query, mode: 'vector' })).results).toHaveLength(1)
    await memory.reembed(otherModel())
    await expect(other.memory.search('rare', { ...query, mode: 'vector' })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
    })
    await other.memory.close({ flush: false })
  })
})
