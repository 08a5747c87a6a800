import { describe, expect, test, vi } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import type { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { openMemory } from '../kit/open-memory.ts'
import { restorableStore } from '../kit/restorable-store.ts'
import type { RestorableStore } from '../kit/restorable-store.ts'
import { SharedIndex } from '../kit/shared-index.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

/** Of the vectors: so many that no two words have one place. */
const size = 2048
const alice = { userId: 'alice' }
const said = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${what} the ${n}th of ${what}${n}`)
const asked = { ...alice, topK: 1, context: false } as const

/** The texts that a search for them does not find, by vectors and by words. */
async function missed(memory: Memory, texts: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (const mode of ['vector', 'text'] as const) {
    const answers = await memory.searchBatch(texts.map(query => ({ ...asked, query, mode })))
    missing.push(...texts.filter((text, i) => answers[i]?.results[0]?.memory !== text))
  }
  return missing
}

const small = { flushSize: 8, tailLimit: 16, flushAfterMs: 5 }

describe.each([
  ['whose log has a lineage', true, {}],
  ['whose log has a lineage, beside a tail that it does not fit into', true, small],
  ['whose log has no name', false, {}],
  ['whose log has no name, beside a tail that it does not fit into', false, small],
] as const)('a Store %s', (_, named, follower) => {
  /** 50 memories are kept and 20 are lost; all were in the index. */
  async function goneBack(
    index = new ControlledIndex(size),
  ): Promise<{ memory: Memory; place: RestorableStore }> {
    const place = restorableStore({ named })
    const { memory } = await openMemory({
      embedder: new WordEmbedder({ dimensions: size }),
      store: place.store,
      index,
      follower,
      closeParts: false,
    })
    await memory.addBatch(said('kept', 50), alice)
    await place.remember()
    await memory.addBatch(said('lost', 20), alice)
    expect(await missed(memory, said('lost', 20))).toEqual([])
    await memory.flush()
    return { memory, place }
  }

  test.each([5, 30, 120])(
    'that goes back hides none of the %i memories after it, and finds none before',
    async count => {
      const { memory, place } = await goneBack()
      place.goBack()
      // Without a lineage only a log that is shorter than before tells.
      if (!named) await memory.search('kept', asked)
      await memory.addBatch(said('new', count), alice)
      expect(await missed(memory, [...said('new', count), ...said('kept', 50)])).toEqual([])
      const lost = await memory.searchBatch(
        said('lost', 20).map(query => ({ ...asked, query, mode: 'vector' })),
      )
      expect(lost.filter(({ results }) => results[0]?.memory.startsWith('lost'))).toEqual([])
      expect(await memory.verify()).toMatchObject({ ok: true, checked: 50 + count })
    },
  )

  test('that goes back before what was deleted has it again', async () => {
    const place = restorableStore({ named })
    const { memory } = await openMemory({
      embedder: new WordEmbedder({ dimensions: size }),
      store: place.store,
      follower,
    })
    const { results } = await memory.addBatch(said('kept', 20), alice)
    await place.remember()
    await memory.updateBatch(results.slice(0, 5).map(({ id }, n) => ({ id, content: `changed${n}` })))
    await memory.deleteBatch(results.slice(5, 15).map(({ id }) => id))
    await memory.flush()
    place.goBack()
    expect(await missed(memory, said('kept', 20))).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 20 })
  })

  test('that goes back to nothing leaves nothing in the index', async () => {
    const place = restorableStore({ named })
    const { memory, index } = await openMemory({
      embedder: new WordEmbedder({ dimensions: size }),
      store: place.store,
      follower,
    })
    await place.store.readMeta(['embedder'])
    await place.remember()
    await memory.addBatch(said('lost', 20), alice)
    await memory.flush()
    place.goBack()
    expect((await memory.search('lost', asked)).results).toEqual([])
    await memory.flush()
    expect(await index.stats()).toMatchObject({ vectors: 0 })
    expect(await index.cursor()).toBe(0)
  })

  test('that goes back under several processes is noticed by each, and the index by none mended for nothing', async () => {
    const data = new ExactIndex(size)
    const { memory, place } = await goneBack(new SharedIndex(data))
    const { memory: other } = await openMemory({
      embedder: new WordEmbedder({ dimensions: size }),
      store: place.store,
      index: new SharedIndex(data),
      follower,
    })
    place.goBack()
    if (!named) await Promise.all([memory, other].map(one => one.search('kept', asked)))
    await memory.addBatch(said('new', 15), alice)
    await other.addBatch(said('other', 15), alice)
    const all = [...said('new', 15), ...said('other', 15), ...said('kept', 50)]
    expect(await missed(memory, all)).toEqual([])
    expect(await missed(other, all)).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 80 })
    expect(await other.verify()).toMatchObject({ ok: true, checked: 80 })
    await memory.close()
  })
})

test('an index that held what the Store still has is compared, and not filled again', async () => {
  const place = restorableStore({ named: true })
  const { memory, index } = await openMemory({
    embedder: new WordEmbedder({ dimensions: size }),
    store: place.store,
  })
  await memory.addBatch(said('kept', 50), alice)
  await memory.flush()
  await place.remember()
  place.goBack()
  const applied = index.applied.length
  expect(await missed(memory, said('kept', 50))).toEqual([])
  await memory.flush()
  expect(index.applied).toHaveLength(applied)
  expect(await memory.verify()).toMatchObject({ ok: true, checked: 50 })
})

test('nothing of a log that is gone is flushed into the index', async () => {
  const place = restorableStore({ named: true })
  const { memory, index } = await openMemory({
    embedder: new WordEmbedder({ dimensions: size }),
    store: place.store,
    follower: { flushAfterMs: 30 },
  })
  await memory.addBatch(said('kept', 10), alice)
  await place.remember()
  await memory.addBatch(said('lost', 10), alice)
  place.goBack()
  await vi.waitUntil(async () => (await index.cursor()) > 0)
  expect(await index.stats()).toMatchObject({ vectors: 10 })
  expect(await missed(memory, said('kept', 10))).toEqual([])
})

test('an index that cannot be compared fails no search, and is compared when it can be', async () => {
  const place = restorableStore({ named: true })
  const { memory, index } = await openMemory({
    embedder: new WordEmbedder({ dimensions: size }),
    store: place.store,
  })
  await memory.addBatch(said('kept', 10), alice)
  await place.remember()
  await memory.addBatch(said('lost', 10), alice)
  await memory.flush()
  place.goBack()
  const get = index.get.bind(index)
  index.get = () => Promise.reject(new Error('damaged'))
  expect(await missed(memory, said('kept', 10))).toEqual([])
  await expect(memory.flush()).rejects.toMatchObject({ code: 'BACKEND' })
  index.get = get
  await memory.flush()
  expect(await memory.verify()).toMatchObject({ ok: true, checked: 10 })
})
