import { PassThrough } from 'node:stream'

import { describe, expect, test } from 'vitest'

import type { StoredRecord } from '../../src/contracts/record.ts'
import type { MapStore } from '../../src/reference/map-store.ts'
import type { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { openMemory } from '../kit/open-memory.ts'
import { storedRecord } from '../kit/stored-record.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }
const model = new WordEmbedder()
const record = (id: string, fields: Partial<StoredRecord> = {}): StoredRecord => ({
  ...storedRecord(id, model.vectorOf(`about ${id}`), { content: `about ${id}` }),
  ...fields,
})
/** Only the first is searched by its vector. */
const kinds = [record('seen'), record('hidden', { indexed: false }), record('plain', { vector: null })]

async function found(memory: Memory, query: string): Promise<string[]> {
  const { results } = await memory.search(query, { ...alice, mode: 'vector' })
  return results.map(({ id }) => id)
}

async function opened(): Promise<{ memory: Memory; store: MapStore }> {
  const { memory, store } = await openMemory()
  await store.put(kinds)
  return { memory, store }
}

describe('a memory that is not indexed, or has no vector', () => {
  test('is read and listed, and not found by its vector', async () => {
    const { memory } = await opened()
    expect((await memory.getBatch(kinds.map(({ id }) => id))).map(item => item?.memory)).toEqual(
      kinds.map(({ content }) => content),
    )
    expect((await memory.getAll(alice)).results).toHaveLength(3)
    expect(await found(memory, 'about hidden')).toEqual(['seen'])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 1, orphans: 0 })
  })

  test('is not found when its text is changed, unless it is indexed', async () => {
    const { memory } = await opened()
    await memory.update('hidden', 'a new text')
    expect(await found(memory, 'a new text')).toEqual(['seen'])
    await memory.update('plain', 'a new text')
    expect(await found(memory, 'a new text')).toEqual(['plain', 'seen'])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 2 })
  })

  test('comes out of the index when it is no longer indexed, and back', async () => {
    const { memory, store } = await opened()
    const patch = (indexed: boolean) => ({
      key: { orgId: 'default', id: 'seen' },
      set: { indexed },
      updatedAt: 2,
    })
    expect(await found(memory, 'about seen')).toEqual(['seen'])
    await memory.flush()
    await store.patch([patch(false)])
    expect(await found(memory, 'about seen')).toEqual([])
    await store.patch([patch(true)])
    expect(await found(memory, 'about seen')).toEqual(['seen'])
  })

  test('is as it was after an export and an import, and is not embedded for that', async () => {
    const { memory } = await opened()
    const stream = new PassThrough({ encoding: 'utf8' })
    const chunks: string[] = []
    stream.on('data', (chunk: string) => chunks.push(chunk))
    await memory.exportTo(stream, { vectors: false })
    const embedder = new WordEmbedder()
    const target = await openMemory({ embedder })
    await target.memory.importFrom(toStream(chunks))
    expect(embedder.calls.flat().toSorted()).toEqual(['about plain', 'about seen'])
    const keys = kinds.map(({ id }) => ({ orgId: 'default', id }))
    expect((await target.store.get(keys)).map(stored => stored?.indexed)).toEqual([true, false, true])
    expect((await target.store.vectors(keys))[1]).toBeUndefined()
  })
})

describe('a reembed', () => {
  test.each(['in place', 'into an index beside'])('%s gives vectors to all that is indexed', async where => {
    const { memory, store } = await opened()
    const next = new WordEmbedder({ model: 'next', dimensions: 16 })
    const index = new ControlledIndex(16)
    const same = new WordEmbedder({ model: 'next' })
    const to = where === 'in place' ? same : next
    const result = await memory.reembed(to, where === 'in place' ? {} : { index })
    expect(result).toEqual({ memories: 2, embedded: 2 })
    const vectors = await store.vectors(kinds.map(({ id }) => ({ orgId: 'default', id })))
    expect(vectors).toEqual([to.vectorOf('about seen'), undefined, to.vectorOf('about plain')])
    expect(await found(memory, 'about plain')).toEqual(['plain', 'seen'])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 2, orphans: 0 })
  })
})

async function* toStream(chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks
}
