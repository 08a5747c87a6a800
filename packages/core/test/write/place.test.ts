import { PassThrough } from 'node:stream'

import { describe, expect, test } from 'vitest'

import type { MapStore } from '../../src/reference/map-store.ts'
import type { TextEntry } from '../../src/contracts/text-index.ts'
import { openMemory } from '../kit/open-memory.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }

/** The texts of alice, in order, each with its place. */
async function textsOf(store: MapStore): Promise<[string, number][]> {
  const pages: TextEntry[][] = []
  for await (const page of store.texts({ scope: { orgId: 'default', ...alice } })) pages.push(page)
  return pages.flat().map(({ content, place }) => [content, place])
}

/** Lines of an import. */
async function* lines(...values: unknown[]): AsyncGenerator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`
}

describe('the place of a memory', () => {
  test('is that of its input in the call, whatever its id', async () => {
    const { memory, store } = await openMemory({ now: () => 1 })
    const inputs = ['one', 'two', 'three'].map((content, n) => ({ content, id: `id-${9 - n}` }))
    await memory.addBatch(inputs, alice)
    expect(await textsOf(store)).toEqual([
      ['one', 0],
      ['two', 1],
      ['three', 2],
    ])
    const { results: newest } = await memory.getAll(alice)
    expect(newest.map(item => item.memory)).toEqual(['three', 'two', 'one'])
  })

  test('is counted in each call, also where several are written together', async () => {
    let time = 0
    const { memory, store } = await openMemory({ now: () => time })
    const batches = ['a', 'b'].map(name => [`${name}0`, `${name}1`])
    await Promise.all([
      ...batches.map(batch => memory.addBatch(batch, { ...alice, createdAt: ++time })),
      memory.add('alone', { ...alice, createdAt: ++time }),
    ])
    expect(await textsOf(store)).toEqual([
      ['a0', 0],
      ['a1', 1],
      ['b0', 0],
      ['b1', 1],
      ['alone', 0],
    ])
  })

  test('is not moved by inputs that fail', async () => {
    const embedder = new WordEmbedder()
    embedder.before = async batch => {
      if (batch.includes('poison')) throw new Error('the model refuses this text')
    }
    const { memory, store } = await openMemory({ embedder, now: () => 1, cache: false })
    await memory.addBatch(['one', ' ', 'two', 'poison', 'three'], { ...alice, onError: 'report' })
    expect(await textsOf(store)).toEqual([
      ['one', 0],
      ['two', 2],
      ['three', 4],
    ])
  })

  test('stays when the memory is changed, and when it is exported and imported', async () => {
    const source = await openMemory({ now: () => 1 })
    const added = await source.memory.addBatch(['one', 'two', 'three'], alice)
    await source.memory.update(added.results[1]?.id ?? '', 'changed')
    const changed = [
      ['one', 0],
      ['changed', 1],
      ['three', 2],
    ]
    expect(await textsOf(source.store)).toEqual(changed)

    const target = await openMemory()
    const chunks: string[] = []
    const stream = new PassThrough({ encoding: 'utf8' }).on('data', (chunk: string) => chunks.push(chunk))
    await source.memory.exportTo(stream)
    const [header, ...records] = chunks.join('').trimEnd().split('\n')
    await target.memory.importFrom(
      lines(...[header, ...records.toReversed()].map(line => JSON.parse(line ?? ''))),
    )
    expect(await textsOf(target.store)).toEqual(changed)
  })

  test('is that in the file, for lines that say none', async () => {
    const { memory, store } = await openMemory({ now: () => 1 })
    const contents = ['one', 'two', 'three', 'four', 'five']
    await memory.importFrom(lines(...contents.map(content => ({ content, ...alice }))), { batchSize: 2 })
    expect(await textsOf(store)).toEqual(contents.map((content, n) => [content, n]))
  })
})

test('memories show neither their place nor whether they are indexed', async () => {
  const { memory } = await openMemory()
  const { results } = await memory.add('tea', alice)
  const item = await memory.get(results[0]?.id ?? '')
  expect(item).toHaveProperty('createdAt')
  expect(item).not.toHaveProperty('place')
  expect(item).not.toHaveProperty('indexed')
})
