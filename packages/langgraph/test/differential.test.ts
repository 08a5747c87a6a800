import { Random, sampleTexts } from '@agentmem/conformance'
import type { Item, SearchItem } from '@langchain/langgraph-checkpoint'
import { expect, test } from 'vitest'
import { bothStores } from './both-stores.ts'

const namespaces = [
  ['docs'],
  ['docs', 'a'],
  ['docs', 'a', 'deep'],
  ['docs', 'ab'],
  ['docs2'],
  ['users', 'acme'],
  ['users', 'acme-corp'],
  ['users', 'acme-corp', 'notes'],
  ['users', 'a%2Fb'],
  ['users', 'a/b'],
]
const prefixes = [[], ['docs'], ['docs', 'a'], ['users'], ['users', 'acme'], ['users', 'a'], ['none']]
const keys = Array.from({ length: 12 }, (_item, i) => `k${i}`)
const colors = ['red', 'green', 'blue']
const texts = sampleTexts(300)

/** What they promise of an item, comparable: times are each store's own. */
const bare = (item: Item | null) => item && { namespace: item.namespace, key: item.key, value: item.value }
const inOrder = (items: readonly unknown[]) => items.map(item => JSON.stringify(item)).toSorted()
const score = (item: SearchItem) => Number(item.score).toFixed(4)

test.each([7, 11])(
  '600 operations have the results that they have on the InMemoryStore, seed %i',
  async seed => {
    await using both = await bothStores()
    const { ours, theirs } = both
    const random = new Random(seed)
    /** What is there: the faults of the InMemoryStore, each shown below, are told apart by it. */
    const there = new Map<string, string[]>()
    let checks = 0
    const same = (found: unknown, expected: unknown): void => {
      checks += 1
      expect(found).toEqual(expected)
    }

    const put = async (): Promise<void> => {
      const namespace = random.pick(namespaces)
      // Keys that begin with u are never indexed: an old vector would stay in the InMemoryStore.
      const unindexed = random.next() < 0.2
      const key = `${unindexed ? 'u' : ''}${random.pick(keys)}`
      const value = {
        text: random.pick(texts),
        color: random.pick(colors),
        size: random.below(10),
        flag: random.next() < 0.5,
        nested: { list: [1, 'two', null] },
        ...(random.next() < 0.3 && { extra: null }),
      }
      const index = unindexed ? ([false] as const) : []
      same(await ours.put(namespace, key, value, ...index), await theirs.put(namespace, key, value, ...index))
      there.set(JSON.stringify([namespace, key]), namespace)
    }
    const get = async (): Promise<void> => {
      const [namespace, key] = [random.pick(namespaces), random.pick(keys)]
      same(bare(await ours.get(namespace, key)), bare(await theirs.get(namespace, key)))
    }
    const remove = async (): Promise<void> => {
      const [namespace, key] = [random.pick(namespaces), random.pick(keys)]
      same(await ours.delete(namespace, key), await theirs.delete(namespace, key))
      there.delete(JSON.stringify([namespace, key]))
    }
    const filter = () =>
      random.pick<Record<string, unknown> | undefined>([
        undefined,
        { color: random.pick(colors) },
        { size: { $gt: random.below(10) } },
        { size: { $gte: 3, $lt: 8 }, flag: true },
        { color: { $ne: 'red' } },
        { color: { $in: ['red', 'blue'] } },
        { color: { $nin: ['red', 'blue'] }, size: { $lte: 5 } },
        { size: { $eq: 4 } },
        { missing: { $ne: 1 } },
        { missing: 1 },
      ])
    const list = async (): Promise<void> => {
      const options = { filter: filter(), limit: 1_000 }
      const prefix = random.pick(prefixes)
      const [found, expected] = [await ours.search(prefix, options), await theirs.search(prefix, options)]
      same(inOrder(found.map(bare)), inOrder(expected.map(bare)))
    }
    const search = async (): Promise<void> => {
      const [prefix, limit] = [random.pick(prefixes), 1 + random.below(12)]
      const options = { filter: filter(), query: random.pick(texts), limit }
      const found = await ours.search(prefix, options)
      // Ours finds nothing that has no vector; theirs appends it without a score.
      const expected = (await theirs.search(prefix, options)).filter(item => item.score !== undefined)
      same(found.map(score), expected.map(score))
      // Which of those with the last score are the ones within the limit is promised by neither.
      const last = found.length === limit ? score(found.at(-1) as SearchItem) : ''
      const before = (items: SearchItem[]) =>
        items.filter(item => score(item) !== last).map(item => [score(item), bare(item)])
      same(inOrder(before(found)), inOrder(before(expected)))
    }
    const namespacesOf = async (): Promise<void> => {
      const options = {
        ...random.pick([{}, { prefix: ['docs'] }, { prefix: ['users', '*'] }, { prefix: ['*', 'a'] }]),
        ...random.pick([{}, {}, { suffix: ['notes'] }, { suffix: ['a', '*'] }]),
        ...random.pick([{}, { maxDepth: 1 }, { maxDepth: 2 }]),
        limit: 1_000,
      }
      const emptied = (listed: string[]) =>
        options.maxDepth === undefined &&
        ![...there.values()].some(namespace => String(namespace) === String(listed))
      const found = await ours.listNamespaces(options)
      const expected = await theirs.listNamespaces(options)
      same(inOrder(found), inOrder(expected.filter(listed => !emptied(listed))))
      const [first, rest] = [
        await ours.listNamespaces({ ...options, limit: 2 }),
        await ours.listNamespaces({ ...options, offset: 2 }),
      ]
      same([...first, ...rest], found)
    }
    const batch = async (): Promise<void> => {
      const [namespace, key] = [random.pick(namespaces), `batch${random.below(3)}`]
      const operations = [
        { namespace, key, value: { text: random.pick(texts), n: 1 } },
        { namespace, key: random.pick(keys) },
        { namespace, key },
        { namespacePrefix: namespace, filter: { color: 'red' }, limit: 100, offset: 0 },
        { namespace, key, value: { text: random.pick(texts), n: 2 } },
        { namespace, key: 'batch9', value: null },
      ]
      const plain = (results: unknown[]) => {
        const [put, other, own, found, ...writes] = results as [null, Item | null, Item | null, SearchItem[]]
        // The item that theirs returns changes with the put behind it.
        return [
          put ?? null,
          bare(other),
          own !== null,
          inOrder(found.map(bare)),
          writes.map(write => write ?? null),
        ]
      }
      same(plain(await ours.batch(operations)), plain(await theirs.batch(operations)))
      there.set(JSON.stringify([namespace, key]), namespace)
    }

    for (const namespace of namespaces) {
      await ours.put(namespace, 'stays', { text: texts[0] })
      await theirs.put(namespace, 'stays', { text: texts[0] })
      there.set(JSON.stringify([namespace, 'stays']), namespace)
    }
    const kinds = [put, put, put, get, remove, list, search, search, namespacesOf, batch]
    for (let n = 0; n < 600; n++) await random.pick(kinds)()
    expect(checks).toBeGreaterThan(700)
  },
)

test('difference: an item that the InMemoryStore has returned changes with the next put; ours does not', async () => {
  await using both = await bothStores()
  const before = async (store: (typeof both)['ours' | 'theirs']) => {
    await store.put(['docs'], 'k', { n: 1 })
    const item = await store.get(['docs'], 'k')
    await store.put(['docs'], 'k', { n: 2 })
    return item?.value
  }
  expect(await before(both.theirs)).toEqual({ n: 2 })
  expect(await before(both.ours)).toEqual({ n: 1 })
})

test('difference: the InMemoryStore lists a namespace whose last item was deleted; ours does not', async () => {
  await using both = await bothStores()
  const listed = async (store: (typeof both)['ours' | 'theirs']) => {
    await store.put(['docs'], 'k', { n: 1 })
    await store.delete(['docs'], 'k')
    return store.listNamespaces()
  }
  expect(await listed(both.theirs)).toEqual([['docs']])
  expect(await listed(both.ours)).toEqual([])
})

test('difference: the InMemoryStore ranks an item by its old text after put(..., false); ours does not', async () => {
  await using both = await bothStores()
  const found = async (store: (typeof both)['ours' | 'theirs']) => {
    await store.put(['docs'], 'k', { text: 'green tea' })
    await store.put(['docs'], 'k', { text: 'black coffee' }, false)
    const [item] = await store.search(['docs'], { query: 'green tea' })
    return item?.score !== undefined
  }
  expect(await found(both.theirs)).toBe(true)
  expect(await found(both.ours)).toBe(false)
})

test('difference: the InMemoryStore appends items without a score to a short answer; ours does not', async () => {
  await using both = await bothStores()
  const found = async (store: (typeof both)['ours' | 'theirs']) => {
    await store.put(['docs'], 'searched', { text: 'green tea' })
    await store.put(['docs'], 'not', { text: 'green tea' }, false)
    const items = await store.search(['docs'], { query: 'green tea' })
    return items.map(({ key }) => key)
  }
  expect(await found(both.theirs)).toEqual(['searched', 'not'])
  expect(await found(both.ours)).toEqual(['searched'])
})

test('difference: the InMemoryStore compares numbers with texts, and never orders texts; ours does the opposite', async () => {
  await using both = await bothStores()
  const found = async (store: (typeof both)['ours' | 'theirs'], filter: Record<string, unknown>) => {
    await store.put(['docs'], 'k', { size: '7', day: '2026-05-03' })
    return (await store.search(['docs'], { filter })).length
  }
  expect(await found(both.theirs, { size: { $gt: 5 } })).toBe(1)
  expect(await found(both.ours, { size: { $gt: 5 } })).toBe(0)
  expect(await found(both.theirs, { day: { $gt: '2026-01-01' } })).toBe(0)
  expect(await found(both.ours, { day: { $gt: '2026-01-01' } })).toBe(1)
})

test('difference: for the InMemoryStore a key that is absent is not null; for ours it is', async () => {
  await using both = await bothStores()
  const found = async (store: (typeof both)['ours' | 'theirs'], filter: Record<string, unknown>) => {
    await store.put(['docs'], 'k', { color: 'red' })
    return (await store.search(['docs'], { filter })).length
  }
  expect(await found(both.theirs, { extra: null })).toBe(0)
  expect(await found(both.ours, { extra: null })).toBe(1)
  expect(await found(both.theirs, { extra: { $ne: null } })).toBe(1)
  expect(await found(both.ours, { extra: { $ne: null } })).toBe(0)
})

test('difference: the InMemoryStore has a vector for each field, ours one for all of them', async () => {
  await using both = await bothStores(['title', 'text'])
  const best = async (store: (typeof both)['ours' | 'theirs']) => {
    await store.put(['docs'], 'k', { title: 'green tea', text: 'boats on a river in the morning' })
    const [item] = await store.search(['docs'], { query: 'green tea' })
    return item?.score ?? 0
  }
  const [theirs, ours] = [await best(both.theirs), await best(both.ours)]
  expect(theirs).toBeGreaterThan(ours)
  expect(ours).toBeGreaterThan(0)
})

test('difference: batch() of the InMemoryStore takes the reserved root "langgraph", as put() does not; ours refuses it', async () => {
  await using both = await bothStores()
  const put = [{ namespace: ['langgraph'], key: 'k', value: { n: 1 } }]
  await expect(both.theirs.batch(put)).resolves.toEqual([null])
  await expect(both.ours.batch(put)).rejects.toThrow('Root label for namespace cannot be "langgraph"')
})
