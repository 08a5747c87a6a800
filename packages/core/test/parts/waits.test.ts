import { PassThrough, Writable } from 'node:stream'

import { describe, expect, test } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { Memory } from '../../src/memory.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const never = new Promise<never>(() => undefined)

/** Aborts a call while it waits; fails unless it ends with ABORTED. */
async function expectToEnd(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const aborting = new AbortController()
  const ended = expect(call(aborting.signal)).rejects.toMatchObject({ code: 'ABORTED' })
  setTimeout(() => aborting.abort(), 20)
  await ended
}

describe('an embedder that never answers', () => {
  test('an add, a search and an update end with their signals, and what is there can be read', async () => {
    let isSilent = false
    const words = new WordEmbedder()
    const embedder = override(words, { embed: texts => (isSilent ? never : words.embed(texts)) })
    const { memory } = await openMemory({ embedder })
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    isSilent = true
    await expectToEnd(signal => memory.add('milk', { ...alice, signal }))
    await expectToEnd(signal => memory.addBatch(['milk', 'cake'], { ...alice, signal }))
    await expectToEnd(signal => memory.update('m1', 'milk', { signal }))
    await expectToEnd(signal => memory.search('milk', { ...alice, signal }))
    await expectToEnd(async signal => Promise.all([1, 2].map(n => memory.add(`${n}`, { ...alice, signal }))))
    expect((await memory.get('m1'))?.memory).toBe('tea')
    // Nobody waits behind those that were given up.
    isSilent = false
    await memory.add('cake', alice)
    expect(await memory.count(alice)).toBe(2)
    await memory.close()
  })

  test('an opening ends with its signal where the index does not answer', async () => {
    const index = override(new ExactIndex(32), { cursor: () => never })
    const open = (signal: AbortSignal): Promise<Memory> =>
      Memory.open({ store: new MapStore(), index, embedder: new WordEmbedder(), signal })
    await expectToEnd(open)
  })
})

describe('streams that stall', () => {
  test('an export to a stream that takes nothing more ends with its signal', async () => {
    const { memory } = await openMemory()
    await memory.add('tea', alice)
    const target = new Writable({ highWaterMark: 1, write: () => undefined })
    await expectToEnd(signal => memory.exportTo(target, { signal }))
    expect(target.listenerCount('drain')).toBe(0)
    expect(await memory.count(alice)).toBe(1)
    await memory.close()
  })

  test('an import ends with its signal; what was stored of it stays', async () => {
    const { memory } = await openMemory()
    const source = new PassThrough()
    source.write('{"content":"tea","userId":"alice"}\n{"content":"milk","userId":"alice"}\n')
    let stored = 0
    const aborting = new AbortController()
    const onProgress = ({ done }: { done: number }): void => {
      stored = done
      if (done === 2) setTimeout(() => aborting.abort(), 20)
    }
    const importing = memory.importFrom(source, { batchSize: 1, onProgress, signal: aborting.signal })
    await expect(importing).rejects.toMatchObject({ code: 'ABORTED' })
    expect(stored).toBe(2)
    expect(await memory.count(alice)).toBe(2)
    await memory.close()
  })

  test('an import of what never gives a piece ends with its signal', async () => {
    const { memory } = await openMemory()
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => never }) }
    await expectToEnd(signal => memory.importFrom(silent, { signal }))
    await memory.close()
  })

  test.each([[[]], [5], [null], [new PassThrough().end()]])('%j is no target of an export', async target => {
    const { memory } = await openMemory()
    await expect(memory.exportTo(target as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await memory.close()
  })
})

test('close ends with its signal while a call hangs, and tells the parts to close', async () => {
  const words = new WordEmbedder()
  let closed = 0
  const embedder = override(words, { embed: () => never })
  const store = override(new MapStore(), { close: async () => void closed++ })
  const { memory } = await openMemory({ embedder, store })
  memory.add('tea', alice).catch(() => undefined)
  await expectToEnd(signal => memory.close({ signal }))
  await expect.poll(() => closed).toBe(1)
  await expect(memory.count(alice)).rejects.toMatchObject({ code: 'CLOSED' })
})
