import { MapStore, Memory } from '@agentmem/core'
import { AgentmemStore } from '@agentmem/langgraph'
import type { AgentmemStoreOptions } from '@agentmem/langgraph'
import { InvalidNamespaceError } from '@langchain/langgraph-checkpoint'
import { expect, test, vi } from 'vitest'
import { openMemory } from './open-memory.ts'

async function openStore(options?: AgentmemStoreOptions) {
  const memory = await openMemory()
  const bound = memory.scope({ agentId: 'langgraph' })
  return {
    memory,
    bound,
    store: new AgentmemStore(bound, options),
    [Symbol.asyncDispose]: () => memory.close(),
  }
}

test('a put of a key that is there keeps its createdAt and has a history', async () => {
  await using opened = await openStore()
  const { store, bound } = opened
  await store.put(['docs'], 'k', { n: 1 })
  const first = await store.get(['docs'], 'k')
  await store.put(['docs'], 'k', { n: 2 })
  const second = await store.get(['docs'], 'k')
  expect(second?.createdAt).toEqual(first?.createdAt)
  expect(second?.value).toEqual({ n: 2 })
  const [record] = (await bound.getAll()).results
  const history = await bound.history(record?.id ?? '')
  expect(history.map(({ event }) => event)).toEqual(['ADD', 'UPDATE'])
})

test('one batch reads what was there before it, and of two writes of a key the last counts', async () => {
  await using opened = await openStore()
  const { store } = opened
  await store.put(['docs'], 'old', { n: 0 })
  const [put, get, , , gone] = await store.batch([
    { namespace: ['docs'], key: 'k', value: { n: 1 } },
    { namespace: ['docs'], key: 'k' },
    { namespace: ['docs'], key: 'k', value: { n: 2 } },
    { namespace: ['docs'], key: 'old', value: null },
    { namespace: ['docs'], key: 'old' },
    { namespace: ['docs'], key: 'back', value: null },
    { namespace: ['docs'], key: 'back', value: { n: 3 } },
  ])
  expect([put, get, gone]).toMatchObject([undefined, null, { value: { n: 0 } }])
  const items = await store.search(['docs'])
  expect(new Map(items.map(({ key, value }) => [key, value['n'] as number]))).toEqual(
    new Map([
      ['back', 3],
      ['k', 2],
    ]),
  )
})

test('the puts of a batch are one write, and its searches one embedding call', async () => {
  await using opened = await openStore()
  const { store, bound } = opened
  const add = vi.spyOn(Memory.prototype, 'addBatch')
  const search = vi.spyOn(Memory.prototype, 'searchBatch')
  await store.batch(
    Array.from({ length: 20 }, (_put, i) => ({
      namespace: ['docs'],
      key: `k${i}`,
      value: { text: `tea ${i}` },
    })),
  )
  const queries = ['tea', 'tea 3', 'some tea'].map(query => ({ namespacePrefix: ['docs'], query }))
  const found = await store.batch(queries)
  expect(found.map(items => items.length)).toEqual([10, 10, 10])
  expect([add.mock.calls.length, search.mock.calls.length]).toEqual([2, 2])
  expect(await bound.count()).toBe(20)
  vi.restoreAllMocks()
})

test('a batch with an operation that is refused writes nothing', async () => {
  await using opened = await openStore()
  const { store } = opened
  const good = { namespace: ['docs'], key: 'good', value: { n: 1 } }
  const bad = [
    { namespace: ['docs'], key: 'bad', value: { made: new Date() } },
    { namespace: [], key: 'bad', value: { n: 1 } },
    { namespace: ['a.b'], key: 'bad', value: { n: 1 } },
    { namespace: ['docs'], key: 7 as unknown as string, value: { n: 1 } },
    { namespacePrefix: ['docs'], filter: { size: { $regex: '7' } } },
    { namespacePrefix: ['docs'], filter: { tags: ['a'] } },
    { namespacePrefix: ['docs'], limit: 0 },
    { namespacePrefix: [''], query: 'tea' },
  ]
  for (const one of bad) await expect(store.batch([good, one])).rejects.toThrow(Error)
  expect(await store.search([])).toEqual([])
})

test('what is refused is named', async () => {
  await using opened = await openStore()
  const { store, memory } = opened
  const refusals: [() => Promise<unknown>, RegExp][] = [
    [() => store.put(['docs'], 'k', { made: new Date() }), /metadata\.value\.made is .* not plain JSON/],
    [() => store.put(['docs'], 'k', { big: 'x'.repeat(270_000) }), /at most 262144/],
    [() => store.put(['docs'], 'k', { n: 1 }, undefined, { ttl: -1 }), /put has ttl: -1; give a number/],
    [() => store.search(['docs'], { filter: { 'a"b': 1 } }), /a key has 1 to 255 characters/],
    [
      () => store.search(['docs'], { filter: { size: { $regex: '7' } } }),
      /compares 'size' with .*\$eq, \$ne/,
    ],
    [() => store.search(['docs'], { filter: { size: {} } }), /has no condition on 'value > size'/],
    [() => store.search(['docs'], { filter: { size: undefined } }), /'value > size.eq': undefined/],
  ]
  for (const [refused, message] of refusals) {
    await expect(refused()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
  }
  await expect(store.put(['a:b'], 'k', { n: 1 })).rejects.toBeInstanceOf(InvalidNamespaceError)
  expect(() => new AgentmemStore(memory)).toThrow(/memory\.scope\(\{ userId \}\)/)
  const wrong = (options: object) => () => new AgentmemStore(memory.scope({ agentId: 'a' }), options)
  expect(wrong({ field: ['text'] })).toThrow(/has no option 'field'; there are fields/)
  expect(wrong({ mode: 'words' })).toThrow(/mode: "words"; give 'text' or 'vector' or 'hybrid'/)
  expect(wrong({ ttlMinutes: 0 })).toThrow(/ttlMinutes: 0/)
  expect(wrong({ fields: 'text' })).toThrow(/fields: "text"; give an array of paths/)
})

test('an item is gone when its time is over, and a put begins it anew', async () => {
  let now = Date.now()
  await using memory = await Memory.open({ store: new MapStore(), now: () => now })
  const store = new AgentmemStore(memory.scope({ agentId: 'langgraph' }), { ttlMinutes: 10 })
  await store.put(['docs'], 'ten', { text: 'green tea' })
  await store.put(['docs'], 'sixty', { text: 'green tea' }, undefined, { ttl: 60 })
  const keys = async () => (await store.search(['docs'], { query: 'tea' })).map(({ key }) => key).toSorted()
  expect(await keys()).toEqual(['sixty', 'ten'])
  now += 11 * 60_000
  expect(await keys()).toEqual(['sixty'])
  expect(await store.get(['docs'], 'ten')).toBeNull()
  await store.put(['docs'], 'ten', { text: 'black tea' }, undefined, { ttl: 30 })
  expect(await keys()).toEqual(['sixty', 'ten'])
  now += 60 * 60_000
  expect(await keys()).toEqual([])
  expect(await store.listNamespaces()).toEqual([])
})

test('filters name any key of a value, also one with dots', async () => {
  await using opened = await openStore()
  const { store } = opened
  await store.put(['docs'], 'k', { 'in.cm': 180, größe: 'L', path: 'p', '': 1 })
  await store.put(['docs'], 'other', { in: { cm: 180 } })
  const found = async (filter: Record<string, unknown>) =>
    (await store.search(['docs'], { filter })).map(({ key }) => key)
  expect(await found({ 'in.cm': 180 })).toEqual(['k'])
  expect(await found({ größe: { $in: ['M', 'L'] }, path: 'p' })).toEqual(['k'])
  expect(await found({ in: { $exists: true } })).toEqual(['other'])
})

test('pages joined are the whole, in either order', async () => {
  await using opened = await openStore({ fields: ['text'] })
  const { store } = opened
  const items = Array.from({ length: 25 }, (_item, i) => ({ text: `green tea, cup ${'warm '.repeat(i)}` }))
  await store.batch(items.map((value, i) => ({ namespace: ['docs'], key: `k${i}`, value })))
  for (const query of [undefined, 'warm tea']) {
    const whole = await store.search(['docs'], { query, limit: 100 })
    const pages = await Promise.all(
      [0, 7, 14, 21].map(offset => store.search(['docs'], { query, limit: 7, offset })),
    )
    expect(pages.flat().map(({ key }) => key)).toEqual(whole.map(({ key }) => key))
    expect(whole).toHaveLength(25)
  }
})

test('other memories of the scope are no items, and items are memories', async () => {
  await using opened = await openStore()
  const { store, bound } = opened
  await bound.add({
    content: 'green tea',
    metadata: { path: 'docs/', prefixes: ['docs/'], key: 'k', value: {} },
  })
  expect(await store.search(['docs'])).toEqual([])
  expect(await store.search([], { query: 'tea' })).toEqual([])
  expect(await store.listNamespaces()).toEqual([])
  await store.put(['docs'], 'k', { text: 'black tea' })
  const { results } = await bound.search('black tea', { where: { 'metadata.value.text': 'black tea' } })
  expect(results).toHaveLength(1)
})

test('ten writers on one key leave one item with a history of all of them', async () => {
  await using opened = await openStore()
  const { store, bound } = opened
  const writes = Array.from({ length: 10 }, (_write, n) => store.put(['docs'], 'k', { n }))
  const deletes = Array.from({ length: 5 }, () => store.delete(['docs'], 'none'))
  await Promise.all([...writes, ...deletes])
  const { results } = await bound.getAll()
  expect(results).toHaveLength(1)
  expect(await bound.history(results[0]?.id ?? '')).toHaveLength(results[0]?.version ?? 0)
})

test('stop leaves the Memory open', async () => {
  await using opened = await openStore()
  await opened.store.stop()
  expect(await opened.store.get(['docs'], 'k')).toBeNull()
})
