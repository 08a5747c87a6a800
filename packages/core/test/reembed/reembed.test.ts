import { describe, expect, test } from 'vitest'

import { identityOf } from '../../src/contracts/model-identity.ts'
import type { MapStore } from '../../src/reference/map-store.ts'
import type { Progress } from '../../src/contracts/progress.ts'
import { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const texts = Array.from({ length: 100 }, (_, n) => `memory number ${n}`)

/** A model that shares no vector with the one of `openMemory`. */
function otherModel(options: { model?: string; dimensions?: number; batchSize?: number } = {}): WordEmbedder {
  const embedder = new WordEmbedder({ model: 'other', batchSize: 10, ...options })
  const vectorOf = embedder.vectorOf.bind(embedder)
  embedder.vectorOf = text => vectorOf(`${embedder.model} ${text.toUpperCase()} !`)
  return embedder
}

/** Fails unless every memory has the vector that the model gives its text, in the Store and in the index. */
async function expectMoved(
  memory: Memory,
  store: MapStore,
  model: WordEmbedder,
  count: number,
): Promise<void> {
  const items = await Array.fromAsync(memory.list(alice))
  expect(items).toHaveLength(count)
  const vectors = await store.vectors(items.map(({ orgId, id }) => ({ orgId, id })))
  expect(vectors).toEqual(items.map(({ memory: text }) => model.vectorOf(text)))
  expect(await store.readMeta(['embedder', 'agentmem:staged'])).toEqual([identityOf(model), undefined])
  expect(await memory.verify()).toMatchObject({ ok: true, checked: count })
}

describe('reembed', () => {
  test('gives every memory its vector of the new model, and leaves the rest as it was', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    const before = await Array.fromAsync(memory.list(alice))
    const model = otherModel()
    expect(await memory.reembed(model)).toEqual({ memories: 100, embedded: 100 })
    expect(await Array.fromAsync(memory.list(alice))).toEqual(before)
    expect(await memory.history(before[0]?.id ?? '')).toHaveLength(1)
    await expectMoved(memory, store, model, 100)
    const { results } = await memory.search('memory number 7', { mode: 'vector', ...alice, topK: 1 })
    expect(results).toMatchObject([{ memory: 'memory number 7' }])
    expect(results[0]?.score).toBeGreaterThan(0.5)
    expect((await memory.stats()).embedder).toMatchObject({ model: 'other' })
  })

  test('embeds each text once, in batches of the size that is asked for', async () => {
    const { memory } = await openMemory()
    await memory.addBatch([...texts, ...texts], alice)
    const model = otherModel({ batchSize: 100 })
    expect(await memory.reembed(model, { batchSize: 40 })).toEqual({ memories: 200, embedded: 100 })
    expect(model.texts).toBe(100)
    expect(Math.max(...model.calls.map(({ length }) => length))).toBeLessThanOrEqual(40)
  })

  test('tells how far it has come, never less than before', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(texts, alice)
    const seen: Progress[] = []
    const model = otherModel()
    model.before = async () => {
      if (model.calls.length === 5) await memory.addBatch(['late', 'later'], alice)
    }
    await memory.reembed(model, { onProgress: progress => seen.push(progress) })
    const done = seen.map(progress => progress.done)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(seen[0]).toEqual({ done: 0, total: 100 })
    expect(seen.at(-1)).toEqual({ done: 102, total: 102 })
    expect(seen.every(({ done: n, total = 0 }) => n <= total)).toBe(true)
  })

  test('of a memory without memories changes the model', async () => {
    const { memory, store } = await openMemory()
    const model = otherModel()
    expect(await memory.reembed(model)).toEqual({ memories: 0, embedded: 0 })
    await memory.addBatch(texts, alice)
    await expectMoved(memory, store, model, 100)
  })

  test('to the model in use does nothing', async () => {
    const { memory, embedder } = await openMemory()
    await memory.addBatch(texts, alice)
    const { calls } = embedder
    const before = calls.length
    expect(await memory.reembed(new WordEmbedder())).toEqual({ memories: 0, embedded: 0 })
    expect(calls).toHaveLength(before)
  })

  test('to other dimensions takes an index that has them', async () => {
    const { memory, store, index } = await openMemory()
    await memory.addBatch(texts, alice)
    const model = otherModel({ dimensions: 48 })
    await expect(memory.reembed(model)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('options.index') as string,
    })
    const wrong = new ControlledIndex(40)
    await expect(memory.reembed(model, { index: wrong })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(model.calls).toEqual([])
    let closed = 0
    index.close = async () => void closed++
    await memory.reembed(model, { index: new ControlledIndex(48) })
    await expectMoved(memory, store, model, 100)
    expect(closed).toBe(1)
    await memory.add('one more', alice)
    expect((await memory.search('one more', { mode: 'vector', ...alice, topK: 1 })).results).toMatchObject([
      { memory: 'one more' },
    ])
  })

  test('needs no old model: a Store that is refused is moved and then opened', async () => {
    const { memory, store } = await openMemory({ closeParts: false })
    await memory.addBatch(texts, alice)
    await memory.close()
    const model = otherModel()
    const opening = openMemory({ store, embedder: model })
    await expect(opening).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining('Memory.reembed({ store, embedder })') as string,
    })
    expect(await Memory.reembed({ store, embedder: model })).toEqual({ memories: 100, embedded: 100 })
    const opened = await openMemory({ store, embedder: model })
    await expectMoved(opened.memory, store, model, 100)
  })

  test('is refused on a scope, with wrong options, and twice at a time', async () => {
    const { memory, store } = await openMemory()
    await memory.add('tea', alice)
    const refused = { code: 'INVALID_ARGUMENT' }
    await expect(memory.scope(alice).reembed(otherModel())).rejects.toMatchObject(refused)
    await expect(memory.reembed(otherModel(), { batchSize: 0 })).rejects.toMatchObject(refused)
    await expect(memory.reembed(otherModel(), { batch: 1 } as never)).rejects.toMatchObject(refused)
    await expect(memory.reembed(undefined as never)).rejects.toMatchObject(refused)
    await expect(Memory.reembed({ store } as never)).rejects.toMatchObject(refused)
    await expect(Memory.reembed({ embedder: otherModel() } as never)).rejects.toMatchObject(refused)
    const first = memory.reembed(otherModel())
    await expect(memory.reembed(otherModel())).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await first).toEqual({ memories: 1, embedded: 1 })
  })
})

describe('a reembed that is stopped', () => {
  test('by its signal leaves the old model in use, and goes on where it was', async () => {
    const { memory, store, embedder } = await openMemory()
    await memory.addBatch(texts, alice)
    const model = otherModel()
    const controller = new AbortController()
    model.before = async () => {
      if (model.calls.length === 4) controller.abort()
    }
    const { signal } = controller
    await expect(memory.reembed(model, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await store.readMeta(['embedder'])).toEqual([identityOf(embedder)])
    await memory.add('still here', alice)
    expect(
      (await memory.search('still here', { mode: 'vector', ...alice, topK: 1 })).results[0]?.score,
    ).toBeCloseTo(1)
    const again = otherModel()
    const seen: Progress[] = []
    const result = await memory.reembed(again, { onProgress: progress => seen.push(progress) })
    expect(result).toEqual({ memories: 101, embedded: 71 })
    expect(seen[0]).toEqual({ done: 30, total: 101 })
    await expectMoved(memory, store, again, 101)
  })

  test('by a failure of the new model leaves the old one in use', async () => {
    const { memory, store, embedder } = await openMemory()
    await memory.addBatch(texts, alice)
    const model = otherModel()
    model.before = async () => {
      if (model.calls.length === 4) throw new Error('out of credit')
    }
    await expect(memory.reembed(model)).rejects.toMatchObject({ code: 'BACKEND' })
    expect(await store.readMeta(['embedder'])).toEqual([identityOf(embedder)])
    expect(
      (await memory.search('memory number 1', { mode: 'vector', ...alice, topK: 1 })).results[0]?.score,
    ).toBeCloseTo(1)
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test('by close does not keep close waiting', async () => {
    const { memory, store, embedder } = await openMemory({ closeParts: false })
    await memory.addBatch(texts, alice)
    const model = otherModel()
    const started = deferred()
    model.before = async (_, { signal }) => {
      if (model.calls.length < 3) return
      started.resolve()
      await new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      )
    }
    const moving = memory.reembed(model)
    moving.catch(() => undefined)
    await started.promise
    await memory.close()
    await expect(moving).rejects.toMatchObject({ name: 'MemoryError' })
    expect(await store.readMeta(['embedder'])).toEqual([identityOf(embedder)])
  })

  test('and then another model: what was staged for the first is dropped', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(texts, alice)
    const [first, second] = [otherModel(), otherModel({ model: 'third' })]
    const stopped = deferred()
    const goOn = deferred()
    first.before = async () => {
      if (first.calls.length !== 4) return
      stopped.resolve()
      await goOn.promise
    }
    const moving = memory.reembed(first)
    await stopped.promise
    expect(await Memory.reembed({ store, embedder: second })).toEqual({ memories: 100, embedded: 100 })
    goOn.resolve()
    await expect(moving).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(memory.add('tea', alice)).rejects.toMatchObject({ code: 'MODEL_MISMATCH' })
    // What the failed call left behind is in nobody's way.
    expect(await memory.reembed(second)).toEqual({ memories: 0, embedded: 0 })
    await expectMoved(memory, store, second, 100)
  })
})
