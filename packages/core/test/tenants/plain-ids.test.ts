import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { RuleExtractor } from '../../src/reference/rule-extractor.ts'
import { Memory } from '../../src/memory.ts'
import type { MemoryTenants } from '../../src/memory.ts'
import { exported, stream } from '../kit/exported.ts'
import { storedRecord } from '../kit/stored-record.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const ana = { userId: 'ana' }

/** Organizations of a Store from before ids were told apart: acme has 'tea' and 'rain' under their plain ids. */
async function openEarlier(): Promise<{ tenants: MemoryTenants; store: MapStore }> {
  const [store, embedder] = [new MapStore(), new WordEmbedder()]
  const parts = { store, embedder, closeParts: false }
  await using first = await Memory.open({ ...parts, index: new ExactIndex(embedder.dimensions) })
  await first.add('of the default organization', ana)
  await store.writeMeta([{ key: 'ids', value: null }])
  for (const id of ['tea', 'rain']) {
    const [vector] = await embedder.embed([id], { as: 'document' })
    await store.put([storedRecord(id, vector as Float32Array, { orgId: 'acme', userId: 'ana', content: id })])
  }
  const index = new ExactIndex(embedder.dimensions)
  const extractor = new RuleExtractor()
  const tenants = await Memory.openTenants({
    ...parts,
    index,
    extractor,
    infer: { background: false },
    access: true,
  })
  onTestFinished(() => tenants.close())
  return { tenants, store }
}

describe('memories of a Store from before ids were told apart by organization', () => {
  test('are read, found and listed under their ids', async () => {
    const { tenants } = await openEarlier()
    const acme = tenants.org('acme')
    expect(await acme.get('tea')).toMatchObject({ id: 'tea', memory: 'tea' })
    expect((await acme.search('rain', { ...ana, mode: 'vector' })).results[0]?.id).toBe('rain')
    expect((await acme.getAll({ ...ana, where: { id: { in: ['tea', 'none'] } } })).results).toHaveLength(1)
    expect((await acme.getAll({ ...ana, where: { id: { contains: 'ea' } } })).results).toHaveLength(1)
    expect((await acme.history('tea')).map(({ event, memoryId }) => [event, memoryId])).toEqual([
      ['ADD', 'tea'],
    ])
    expect((await exported(acme)).filter(line => line.includes('"id":"tea"'))).toHaveLength(1)
  })

  test('are taken ids for what is added, in their organization alone', async () => {
    const { tenants } = await openEarlier()
    const [acme, bolt] = [tenants.org('acme'), tenants.org('bolt')]
    const input = { id: 'tea', content: 'black tea' }
    expect((await acme.add(input, ana)).results).toMatchObject([{ id: 'tea', memory: 'tea', event: 'NONE' }])
    expect((await bolt.add(input, ana)).results).toMatchObject([{ id: 'tea', event: 'ADD' }])
    expect((await acme.add(input, { ...ana, onTaken: 'replace' })).results).toMatchObject([
      { id: 'tea', event: 'UPDATE' },
    ])
    expect(await acme.importFrom(stream({ id: 'rain', content: 'snow' }), ana)).toEqual({
      imported: 0,
      skipped: 1,
    })
    expect(
      (await acme.add([{ id: 'rain', content: 'Ana likes the rain.' }], { ...ana, infer: true })).messages,
    ).toEqual(['rain'])
    expect(await acme.count(ana)).toBe(2)
    const lines = await exported(acme)
    expect(await acme.importFrom(stream(...lines))).toEqual({ imported: 0, skipped: 2 })
    expect(await acme.copyTo(bolt)).toEqual({ copied: 1, skipped: 1, different: 1 })
  })

  test('are changed, hidden, restored and deleted, with their history', async () => {
    const { tenants } = await openEarlier()
    const acme = tenants.org('acme')
    expect((await acme.update('tea', 'green tea')).results).toMatchObject([{ id: 'tea' }])
    expect(await acme.delete('tea', { soft: true })).toBe(true)
    expect(await acme.restore('tea')).toBe(true)
    expect(await acme.deleteBatch(['tea', 'none'])).toEqual([true, false])
    expect((await acme.history('tea')).map(({ event }) => event)).toEqual([
      'ADD',
      'UPDATE',
      'DELETE',
      'RESTORE',
      'DELETE',
    ])
    // What is added under the id now is an organization's own, and has the history of both.
    await acme.add({ id: 'tea', content: 'white tea' }, ana)
    expect((await acme.history('tea')).map(({ event }) => event).slice(-2)).toEqual(['DELETE', 'ADD'])
    expect(await acme.delete('tea', { purgeHistory: true })).toBe(true)
    expect(await acme.history('tea')).toEqual([])
    expect((await tenants.verify()).ok).toBe(true)
  })

  test('are counted when they are found', async () => {
    const { tenants, store } = await openEarlier()
    await tenants.org('acme').search('rain', { ...ana, mode: 'vector', topK: 1 })
    await tenants.close()
    expect(await store.get([{ orgId: 'acme', id: 'rain' }])).toMatchObject([{ accessCount: 1 }])
  })
})

test('a new Store is asked for an id once', async () => {
  const store = new MapStore()
  await using tenants = await Memory.openTenants({ store })
  await tenants.org('acme').add({ id: 'tea', content: 'green tea' }, ana)
  const get = vi.spyOn(store, 'get')
  await tenants.org('acme').get('tea')
  await tenants.org('acme').update('tea', { importance: 1 })
  expect(get.mock.calls.map(([keys]) => keys.length)).toEqual([1, 1])
})
