import { describe, expect, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const ana = { userId: 'ana' }

/** A Memory whose transactions wait until they are let go, and the contents of each. */
async function slowlyWriting(embedder = new WordEmbedder()) {
  const inner = new MapStore()
  const written: string[][] = []
  const gates = [deferred(), deferred(), deferred()]
  const store = override(inner, {
    async put(records, options) {
      const gate = gates[written.push(records.map(({ content }) => content)) - 1]
      await gate?.promise
      return MapStore.prototype.put.call(inner, records, options)
    },
  })
  const { memory } = await openMemory({ store, embedder, cache: false })
  return { memory, embedder, written, gates }
}

const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 10))

describe('while one batch is written', () => {
  test('the next is embedded, and written after it', async () => {
    const { memory, embedder, written, gates } = await slowlyWriting()
    const first = memory.addBatch(['one', 'two'], ana)
    await settled()
    const second = memory.addBatch(['three', 'four'], ana)
    await settled()
    expect(written).toEqual([['one', 'two']])
    expect(embedder.calls).toEqual([
      ['one', 'two'],
      ['three', 'four'],
    ])
    for (const gate of gates) gate.resolve()
    await Promise.all([first, second])
    expect(written).toEqual([
      ['one', 'two'],
      ['three', 'four'],
    ])
    expect(embedder.calls).toHaveLength(2)
    const { results } = await memory.search('three four', { ...ana, mode: 'vector', topK: 2 })
    expect(results.map(({ memory: text }) => text).toSorted()).toEqual(['four', 'three'])
  })

  test('those that go into the next transaction are embedded, in one call, and none after them', async () => {
    const { memory, embedder, gates, written } = await slowlyWriting()
    const texts = (name: string): string[] => Array.from({ length: 600 }, (_, n) => `${name} ${n}`)
    const all = ['a', 'b', 'c'].map(name => memory.addBatch(texts(name), ana))
    await settled()
    expect(written.map(contents => contents.length)).toEqual([600])
    expect(embedder.calls.map(([text]) => text)).toEqual(['a 0', 'b 0'])
    for (const gate of gates) gate.resolve()
    await Promise.all(all)
    expect(written.map(([text]) => text)).toEqual(['a 0', 'b 0', 'c 0'])
    expect(embedder.texts).toBe(1_800)

    const small = await slowlyWriting()
    const batches = ['one', 'two', 'three'].map(name => [`${name} a`, `${name} b`])
    const writing = small.memory.addBatch(batches[0] ?? [], ana)
    await settled()
    const rest = batches.slice(1).map(batch => small.memory.addBatch(batch, ana))
    await settled()
    expect(small.embedder.calls).toEqual([batches[0], batches.slice(1).flat()])
    for (const gate of small.gates) gate.resolve()
    await Promise.all([writing, ...rest])
    expect(small.written).toEqual([batches[0], batches.slice(1).flat()])
  })

  test('single adds are left, and embedded together', async () => {
    const { memory, embedder, gates } = await slowlyWriting()
    const first = memory.addBatch(['one', 'two'], ana)
    await settled()
    const singles = [memory.add('three', ana), memory.add('four', ana)]
    await settled()
    expect(embedder.calls).toHaveLength(1)
    for (const gate of gates) gate.resolve()
    await Promise.all([first, ...singles])
    expect(embedder.calls).toEqual([
      ['one', 'two'],
      ['three', 'four'],
    ])
  })

  test('a next that could not be embedded is tried again in its turn, and told of its own failure', async () => {
    const embedder = new WordEmbedder()
    const { memory, gates } = await slowlyWriting(embedder)
    const first = memory.addBatch(['one', 'two'], ana)
    await settled()
    let failures = 1
    embedder.before = async () => {
      if (failures-- > 0) throw new Error('not now')
    }
    const second = memory.addBatch(['three', 'four'], ana)
    await settled()
    for (const gate of gates) gate.resolve()
    await Promise.all([first, second])
    failures = 2
    await expect(memory.addBatch(['five', 'six'], ana)).rejects.toThrow('not now')
    expect(await memory.count(ana)).toBe(4)
  })

  test('a next that is aborted is not written', async () => {
    const { memory, gates, written } = await slowlyWriting()
    const first = memory.addBatch(['one', 'two'], ana)
    await settled()
    const aborting = new AbortController()
    const second = memory.addBatch(['three', 'four'], { ...ana, signal: aborting.signal })
    await settled()
    aborting.abort()
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
    for (const gate of gates) gate.resolve()
    await first
    expect(written).toEqual([['one', 'two']])
  })
})
