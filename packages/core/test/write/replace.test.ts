import { describe, expect, test } from 'vitest'

import { openMemory } from '../kit/open-memory.ts'

const alice = { userId: 'alice' }
const replace = { ...alice, onTaken: 'replace' } as const

describe('onTaken', () => {
  test('replace writes an input over the memory of its id, and tells what became of each', async () => {
    let time = 1_000
    const { memory, embedder } = await openMemory({ now: () => time })
    await memory.add({ id: 'm1', content: 'green tea', metadata: { a: 1 } }, alice)
    time = 2_000
    const inputs = [{ id: 'm1', content: 'black coffee' }, { id: 'm2', content: 'milk' }, 'water']
    const { results } = await memory.addBatch(inputs, replace)
    expect(results.map(({ event }) => event)).toEqual(['UPDATE', 'ADD', 'ADD'])
    expect(await memory.get('m1')).toMatchObject({
      memory: 'black coffee',
      metadata: {},
      createdAt: 1_000,
      updatedAt: 2_000,
      version: 2,
    })
    expect((await memory.history('m1')).map(({ event }) => event)).toEqual(['ADD', 'UPDATE'])
    expect(embedder.calls).toHaveLength(2)
    expect((await memory.search('black coffee', alice)).results[0]?.id).toBe('m1')
    expect((await memory.search('green tea', { ...alice, mode: 'text' })).results).toEqual([])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 3 })
  })

  test('keep, the default, answers NONE', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const { results } = await memory.add({ id: 'm1', content: 'coffee' }, alice)
    expect(results).toMatchObject([{ id: 'm1', memory: 'tea', event: 'NONE' }])
  })

  test('ten writers at once leave one memory of ten versions', async () => {
    const { memory } = await openMemory()
    const writes = Array.from({ length: 10 }, (_, n) =>
      memory.add({ id: 'm1', content: `text ${n}` }, replace),
    )
    await Promise.all(writes)
    expect(await memory.get('m1')).toMatchObject({ version: 10 })
  })

  test('is one transaction, beside a delete of the same id too', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch([{ id: 'm1', content: 'tea' }], alice)
    const { transactions } = store.counters
    await memory.addBatch([{ id: 'm1', content: 'coffee' }, 'milk'], replace)
    expect(store.counters.transactions - transactions).toBe(1)
    await Promise.all([memory.delete('m1'), memory.add({ id: 'm1', content: 'water' }, replace)])
  })

  test('replaces a memory that has expired like any other', async () => {
    let time = 1_000
    const { memory } = await openMemory({ now: () => time })
    await memory.add({ id: 'm1', content: 'tea', expiresAt: 2_000 }, alice)
    time = 3_000
    const { results } = await memory.add({ id: 'm1', content: 'coffee' }, replace)
    expect(results).toMatchObject([{ event: 'UPDATE', memory: 'coffee' }])
    expect(await memory.get('m1')).toMatchObject({ version: 2, createdAt: 1_000, expiresAt: null })
  })

  test('replace goes by the id alone: a content that another memory has keeps it out', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(
      [
        { id: 'm1', content: 'tea' },
        { id: 'm2', content: 'coffee' },
      ],
      alice,
    )
    const { results } = await memory.add({ id: 'm1', content: 'coffee' }, { ...replace, dedupe: true })
    expect(results).toMatchObject([{ id: 'm2', event: 'NONE' }])
    expect(await memory.get('m1')).toMatchObject({ memory: 'tea', version: 1 })
  })

  test('of another scope is a conflict, and another word for it is refused', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const foreign = memory.add({ id: 'm1', content: 'tea' }, { ...replace, userId: 'bob' })
    await expect(foreign).rejects.toMatchObject({ code: 'CONFLICT' })
    const wrong = memory.add('tea', { ...alice, onTaken: 'overwrite' as 'keep' })
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('metadataMode', () => {
  test('merge keeps the keys that are not named, of twenty writers at once too', async () => {
    const { memory } = await openMemory({ coalesce: false })
    await memory.add({ id: 'm1', content: 'tea', metadata: { kept: true, a: { b: 1 } } }, alice)
    const merge = { metadataMode: 'merge' } as const
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => memory.update('m1', { metadata: { [`k${n}`]: n } }, merge)),
    )
    await memory.update('m1', { metadata: { a: 2 } }, merge)
    const item = await memory.get('m1')
    expect(Object.keys(item?.metadata ?? {})).toHaveLength(22)
    expect(item).toMatchObject({ metadata: { kept: true, a: 2 }, version: 22 })
    await memory.update('m1', { metadata: { only: 1 } })
    expect((await memory.get('m1'))?.metadata).toEqual({ only: 1 })
  })

  test('merge refuses what becomes too large', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea', metadata: { a: 'x'.repeat(200_000) } }, alice)
    const merged = memory.update('m1', { metadata: { b: 'x'.repeat(200_000) } }, { metadataMode: 'merge' })
    await expect(merged).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('deleting', () => {
  test('with where removes what passes', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(['tea', { content: 'coffee', metadata: { kind: 'draft' } }], alice)
    expect(await memory.deleteAll({ ...alice, where: { 'metadata.kind': 'draft' } })).toBe(1)
    expect(await memory.count(alice)).toBe(1)
    expect((await memory.search('coffee', { ...alice, mode: 'text' })).results).toEqual([])
  })

  test('with a where that is missing by mistake deletes nothing', async () => {
    const { memory } = await openMemory()
    await memory.add('tea', alice)
    const scope = { ...alice, where: undefined } as unknown as typeof alice
    await expect(memory.deleteAll(scope)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(await memory.count(alice)).toBe(1)
  })

  test('with purgeHistory leaves no history, of what was deleted earlier either', async () => {
    const { memory } = await openMemory()
    const { results } = await memory.addBatch(['one', 'two', 'three', 'four'], alice)
    const [one = '', two = '', three = '', four = ''] = results.map(({ id }) => id)
    await memory.delete(one)
    expect(await memory.deleteBatch([one, two], { purgeHistory: true })).toEqual([false, true])
    expect(await memory.delete(three, { purgeHistory: true })).toBe(true)
    const histories = [one, two, three, four].map(id => memory.history(id))
    expect((await Promise.all(histories)).map(({ length }) => length)).toEqual([0, 0, 0, 1])
    await memory.deleteAll(alice, { purgeHistory: true })
    expect(await memory.history(four)).toEqual([])
  })

  test('a scope() purges no history of others', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const bob = memory.scope({ userId: 'bob' })
    expect(await bob.delete('m1', { purgeHistory: true })).toBe(false)
    expect(await memory.history('m1')).toHaveLength(1)
  })

  test('purgeExpired removes what has expired, of its scope', async () => {
    let time = 1_000
    const { memory, store } = await openMemory({ now: () => time })
    const input = { content: 'tea', expiresAt: 2_000 }
    await memory.addBatch([input, { ...input, userId: 'bob' }, 'stays'], alice)
    expect(await memory.purgeExpired()).toBe(0)
    time = 2_000
    expect(await memory.scope({ userId: 'bob' }).purgeExpired({ purgeHistory: true })).toBe(1)
    expect(await memory.purgeExpired()).toBe(1)
    expect((await store.stats()).memories).toBe(1)
  })
})
