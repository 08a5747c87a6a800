import { ExactIndex, HashEmbedder, MapStore, Memory } from '@agentmem/core'
import { Random } from '@agentmem/conformance'
import { describe, expect, test } from 'vitest'
import { Busy } from '../torture/busy.ts'
import { Tally } from '../torture/figures.ts'
import { Model } from '../torture/model.ts'
import { contentOf } from '../torture/steps.ts'

async function opened(): Promise<{ memory: Memory; store: MapStore; model: Model; tally: Tally }> {
  const store = new MapStore()
  const memory = await Memory.open({
    store,
    index: new ExactIndex(64),
    embedder: new HashEmbedder({ dimensions: 64 }),
  })
  return { memory, store, model: new Model(), tally: new Tally() }
}

describe('the model that torture compares with', () => {
  test('finds nothing wrong where nothing is', async () => {
    const { memory, model, tally } = await opened()
    await new Busy(memory, { random: new Random(5), model, tally, name: 'm' }).run(60)
    await model.check(memory, tally, 'here')
    expect(tally.findings).toEqual([])
    expect(tally.figures.inputs).toBeGreaterThan(100)
  })

  test('finds an acknowledged memory that is gone', async () => {
    const { memory, model, tally } = await opened()
    const ids = ['ma/1', 'ma/2', 'ma/3']
    await memory.addBatch(
      ids.map(id => ({ id, content: contentOf(id) })),
      { userId: 'ma' },
    )
    model.begin({ do: 'add', user: 'ma', ids })
    model.end('ma')
    await memory.delete('ma/2')
    await model.check(memory, tally, 'here')
    expect(tally.figures).toMatchObject({ lost: 1, halfWritten: 0, leaked: 0, untyped: 0 })
  })

  test('finds a call that was done in part', async () => {
    const { memory, model, tally } = await opened()
    await memory.addBatch([{ id: 'ma/1', content: contentOf('ma/1') }], { userId: 'ma' })
    model.begin({ do: 'add', user: 'ma', ids: ['ma/1', 'ma/2'] })
    await model.check(memory, tally, 'here')
    expect(tally.figures).toMatchObject({ lost: 0, halfWritten: 1, leaked: 0, untyped: 0 })
  })

  test('finds a memory that is shown to another, and one that no search finds', async () => {
    const { memory, store, model, tally } = await opened()
    await memory.addBatch([{ id: 'mb/1', content: contentOf('mb/1') }], { userId: 'ma' })
    model.know('ma', new Map([['mb/1', contentOf('mb/1')]]))
    await model.check(memory, tally, 'here')
    expect(tally.figures.leaked).toBeGreaterThan(0)
    const other = new Tally()
    const [id, content] = ['mc/1', contentOf('mc/1')]
    await memory.addBatch([{ id, content, index: false }], { userId: 'mc' })
    const hidden = new Model()
    hidden.know('mc', new Map([[id, content]]))
    await hidden.check(memory, other, 'here')
    expect(other.figures.lost).toBeGreaterThan(0)
    expect((await store.stats()).memories).toBe(2)
  })

  test('finds errors that are no MemoryError', async () => {
    const { memory, model, tally } = await opened()
    memory.addBatch = (): Promise<never> => Promise.reject(new TypeError('of its own'))
    await new Busy(memory, { random: new Random(1), model, tally, name: 'm' }).run(1)
    expect(tally.figures.untyped).toBeGreaterThan(0)
  })
})
