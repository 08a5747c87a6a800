import { describe, expect, expectTypeOf, test } from 'vitest'

import type { MemoryItem, MemoryStats, Metadata, Where } from '../../src/index.ts'
import { MapStore, Memory } from '../../src/index.ts'

interface Note {
  readonly topic: string
  readonly tags?: readonly string[]
  readonly place?: { readonly city: string; readonly floor: number | null }
}
const note: Note = { topic: 'tea', place: { city: 'Porto', floor: null } }
const ana = { userId: 'ana' }

// What does not compile is checked with the types of the tests; what it does is asserted where it runs.
describe('metadata', () => {
  test('may be of a type that is an interface, in every call that takes it', async () => {
    await using memory = await Memory.open({ store: new MapStore() })
    await memory.add({ content: 'one', metadata: note }, ana)
    await memory.add('two', { ...ana, metadata: note })
    await memory.addBatch(['three', { content: 'four', id: 'm4', metadata: note }], ana)
    await memory.addBatch(
      [
        { content: 'five', metadata: { other: 1 } },
        { content: 'six', metadata: note },
      ],
      ana,
    )
    await memory.update('m4', { metadata: note }, { metadataMode: 'merge' })
    const item = await memory.get('m4')
    expectTypeOf(item).toEqualTypeOf<MemoryItem | undefined>()
    expectTypeOf<MemoryItem['metadata']>().toEqualTypeOf<Metadata>()
    expect(item?.metadata).toEqual(note)
  })

  test('is refused where it is no plain object, by the compiler and when it runs', async () => {
    await using memory = await Memory.open({ store: new MapStore() })
    const refused: Promise<unknown>[] = [
      // @ts-expect-error a list is no metadata
      memory.add({ content: 'one', metadata: ['tea'] }, ana),
      // @ts-expect-error a date is none
      memory.add({ content: 'one', metadata: new Date() }, ana),
      // @ts-expect-error a map is none
      memory.add({ content: 'one', metadata: new Map([['a', 1]]) }, ana),
      // @ts-expect-error a function is none
      memory.add({ content: 'one', metadata: () => ({}) }, ana),
      // @ts-expect-error a text is none
      memory.add({ content: 'one', metadata: 'tea' }, ana),
    ]
    for (const call of refused) await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('of a declared type comes back as that type, from every call that reads', async () => {
    await using memory = await Memory.open<Note>({ store: new MapStore() })
    await memory.add({ content: 'green tea', id: 'm1', metadata: note }, ana)
    const { results } = await memory.search('tea', ana)
    expectTypeOf(results[0]?.metadata).toEqualTypeOf<Note | undefined>()
    expectTypeOf((await memory.getAll(ana)).results)
      .items.toHaveProperty('metadata')
      .toEqualTypeOf<Note>()
    expectTypeOf((await memory.recent(ana)).results)
      .items.toHaveProperty('metadata')
      .toEqualTypeOf<Note>()
    expectTypeOf((await memory.page(ana)).results)
      .items.toHaveProperty('metadata')
      .toEqualTypeOf<Note>()
    expectTypeOf(await memory.getBatch(['m1'])).items.toEqualTypeOf<MemoryItem<Note> | undefined>()
    for await (const item of memory.list(ana)) expectTypeOf(item.metadata).toEqualTypeOf<Note>()
    const bound = memory.scope(ana)
    expectTypeOf(bound).toEqualTypeOf<Memory<Note>>()
    expect((await bound.get('m1'))?.metadata.place?.city).toBe('Porto')
    // @ts-expect-error topic is missing
    await memory.add({ content: 'milk', metadata: { tags: ['a'] } }, ana)
    // @ts-expect-error topic is a text
    await memory.update('m1', { metadata: { topic: 7 } })
  })

  test('of a type that JSON cannot hold is not declared', async () => {
    // @ts-expect-error a date becomes no date again
    await using memory = await Memory.open<{ when: Date }>({ store: new MapStore() })
    // @ts-expect-error a function is no JSON
    await using other = await Memory.open<{ call: () => void }>({ store: new MapStore() })
    expect([memory, other]).toHaveLength(2)
  })
})

describe('a filter', () => {
  test('names fields, and paths into the metadata and the derivation', () => {
    const filters: Where[] = [
      { type: 'semantic', importance: { gte: 0.5 }, createdAt: { gte: new Date(0), lt: '2030-01-01' } },
      { 'metadata.topic': 'tea', 'metadata.place.city': { in: ['Porto'] }, expiresAt: null },
      { path: ['Größe', 'in.cm'], gt: 1 },
      { 'derivation.sources': { contains: 'm1' }, 'derivation.fields.place': 'Porto', validTo: null },
      { or: [{ role: { ne: 'user' } }, { not: { path: ['a'], exists: false } }] },
      Math.random() < 2 ? { userId: 'ana' } : { 'metadata.b': true },
    ]
    expect(filters).toHaveLength(6)
  })

  test('of anything else is refused, by the compiler and when it runs', async () => {
    await using memory = await Memory.open({ store: new MapStore() })
    const refused: Promise<unknown>[] = [
      // @ts-expect-error no field
      memory.count({ ...ana, where: { typo: 1 } }),
      // @ts-expect-error a path into the metadata begins with metadata.
      memory.search('tea', { ...ana, where: { topic: 'tea' } }),
      // @ts-expect-error a path into the derivation has a key
      memory.search('tea', { ...ana, where: { derivation: 'b1' } }),
      // @ts-expect-error no operator
      memory.getAll({ ...ana, where: { importance: { above: 1 } } }),
      // @ts-expect-error a list is compared by in
      memory.getAll({ ...ana, where: { 'metadata.a': ['x'] } }),
      // @ts-expect-error and takes a list
      memory.deleteAll({ ...ana, where: { and: { type: 'a' } } }),
    ]
    for (const call of refused) await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

test('stats are typed', async () => {
  await using memory = await Memory.open({ store: new MapStore() })
  await memory.add('tea', ana)
  const { store, index, embedder, follower, texts }: MemoryStats = await memory.stats()
  const numbers: number[] = [
    store.memories,
    store.head,
    store.statements,
    store.transactions,
    store.roundTrips,
  ]
  expectTypeOf(store.bytesOnDisk).toEqualTypeOf<number | undefined>()
  expectTypeOf(index.vectors).toEqualTypeOf<number>()
  expectTypeOf(embedder.hits).toEqualTypeOf<number | undefined>()
  expectTypeOf(follower.tail).toEqualTypeOf<number>()
  expectTypeOf(texts.bytes).toEqualTypeOf<number>()
  expect(numbers.every(Number.isInteger)).toBe(true)
  expect(store.memories).toBe(1)
})
