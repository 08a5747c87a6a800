import { describe, expect, test } from 'vitest'

import type { Memory } from '../../src/memory.ts'
import type { MapStore } from '../../src/reference/map-store.ts'
import type { MemoryItem, PageOptions } from '../../src/index.ts'
import { openMemory } from '../kit/open-memory.ts'

const alice = { userId: 'alice' }
const oldestFirst = { by: 'createdAt', direction: 'asc' } as const

const said = (items: readonly MemoryItem[]): string[] => items.map(({ memory }) => memory)

/** `count` memories of one call, which share their time. */
async function filled(count: number): Promise<{ memory: Memory; store: MapStore }> {
  const { memory, store } = await openMemory()
  const texts = Array.from({ length: count }, (_, n) => `turn ${n}`)
  await memory.addBatch(
    texts.map((content, n) => ({ content, metadata: { even: n % 2 === 0 } })),
    alice,
  )
  return { memory, store }
}

/** All pages, read one after the other. */
async function readPages(memory: Memory, options: PageOptions): Promise<string[][]> {
  const pages: string[][] = []
  for (let { after } = options; ;) {
    const { results, next } = await memory.page({ ...options, after })
    pages.push(said(results))
    if (next === undefined) return pages
    after = next
  }
}

describe('the order', () => {
  test('is newest first inside a batch too, and its reverse on request', async () => {
    const { memory } = await openMemory()
    await memory.addBatch(['one', 'two', 'three', 'four'], alice)
    expect(said((await memory.getAll({ ...alice, topK: 2 })).results)).toEqual(['four', 'three'])
    const { results } = await memory.getAll({ ...alice, topK: 2, order: oldestFirst })
    expect(said(results)).toEqual(['one', 'two'])
  })

  test('by updatedAt begins with what was changed last', async () => {
    let time = 1_000
    const { memory } = await openMemory({ now: () => time++ })
    const { results } = await memory.addBatch(['one', 'two', 'three'], alice)
    await memory.update(results[0]?.id ?? '', { importance: 1 })
    const order = { by: 'updatedAt', direction: 'desc' } as const
    expect(said((await memory.getAll({ ...alice, order })).results)).toEqual(['one', 'three', 'two'])
    expect(await readPages(memory, { ...alice, order, limit: 2 })).toEqual([['one', 'three'], ['two']])
  })

  test('passes over an offset', async () => {
    const { memory } = await filled(20)
    const all = said((await memory.getAll(alice)).results)
    const pages = [0, 7, 14].map(offset => memory.getAll({ ...alice, topK: 7, offset }))
    expect((await Promise.all(pages)).flatMap(({ results }) => said(results))).toEqual(all)
  })
})

describe('recent', () => {
  test('gives the last turns as they were said', async () => {
    const { memory } = await filled(30)
    const { results } = await memory.recent({ ...alice, limit: 3 })
    expect(said(results)).toEqual(['turn 27', 'turn 28', 'turn 29'])
    expect((await memory.recent(alice)).results).toHaveLength(10)
  })

  test('is about the scope and the filter, and is one statement', async () => {
    const { memory, store } = await filled(30)
    await memory.add('of somebody else', { userId: 'bob' })
    const { statements } = store.counters
    const { results } = await memory.recent({ ...alice, limit: 2, where: { 'metadata.even': true } })
    expect(said(results)).toEqual(['turn 26', 'turn 28'])
    expect(store.counters.statements - statements).toBe(1)
  })
})

describe('page', () => {
  test.each([1, 7, 20, 100])('pages of %s are the whole list', async limit => {
    const { memory } = await filled(20)
    for (const order of [undefined, oldestFirst]) {
      const pages = await readPages(memory, { ...alice, limit, order })
      expect(pages.flat()).toEqual(said((await memory.getAll({ ...alice, order })).results))
      expect(pages).toHaveLength(Math.ceil(20 / limit))
    }
  })

  test('has each memory once, whatever is written between pages', async () => {
    const { memory } = await filled(20)
    const first = await memory.page({ ...alice, limit: 5 })
    // Of the same millisecond, they would stand among those that are there, by their places.
    await memory.addBatch(['newer', 'newest'], { ...alice, createdAt: Date.now() + 1_000 })
    await memory.delete(first.results[0]?.id ?? '')
    const rest = await readPages(memory, { ...alice, limit: 5, after: first.next })
    expect([...said(first.results), ...rest.flat()]).toEqual(
      Array.from({ length: 20 }, (_, n) => `turn ${19 - n}`),
    )
  })

  test('goes on after a memory that is gone', async () => {
    const { memory } = await filled(6)
    const first = await memory.page({ ...alice, limit: 2 })
    await memory.delete(first.results[1]?.id ?? '')
    const { results } = await memory.page({ ...alice, limit: 2, after: first.next })
    expect(said(results)).toEqual(['turn 3', 'turn 2'])
  })

  test('says of whom it is on every page: a cursor opens no other scope', async () => {
    const { memory } = await filled(6)
    await memory.add({ content: 'a secret', createdAt: 1 }, { userId: 'bob' })
    const { next } = await memory.page({ ...alice, limit: 2 })
    const { results } = await memory.scope({ userId: 'bob' }).page({ after: next })
    expect(said(results)).toEqual(['a secret'])
  })

  test.each(['', 'x', 'WzFd', Buffer.from('[1,"createdAt","desc",1,0,""]').toString('base64url'), 7, {}])(
    'refuses %j, which is no cursor',
    async after => {
      const { memory } = await filled(1)
      const page = memory.page({ ...alice, after: after as string })
      await expect(page).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    },
  )

  test('refuses a cursor of another order, and a page of nobody', async () => {
    const { memory } = await filled(6)
    const { next } = await memory.page({ ...alice, limit: 2 })
    const other = memory.page({ ...alice, after: next, order: oldestFirst })
    await expect(other).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(memory.page()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('count and scopes', () => {
  test('count what a filter lets through, and nothing that has expired', async () => {
    let time = 1_000
    const { memory, store } = await openMemory({ now: () => time })
    await memory.addBatch(['one', 'two', { content: 'three', expiresAt: 2_000 }], alice)
    const { statements } = store.counters
    expect(await memory.count(alice)).toBe(3)
    expect(store.counters.statements - statements).toBe(1)
    expect(await memory.count({ ...alice, where: { content: { contains: 't' } } })).toBe(2)
    time = 3_000
    expect(await memory.count(alice)).toBe(2)
    await expect(memory.count()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('name the users of the whole organization, page by page', async () => {
    let time = 1_000
    const { memory } = await openMemory({ now: () => time })
    await memory.add('one', { userId: 'ben' })
    await memory.add('two', { userId: 'ana', agentId: 'bot' })
    time = 2_000
    await memory.add({ content: 'three', metadata: { topic: 'tea' } }, { userId: 'ana' })
    await memory.add({ content: 'four', expiresAt: 2_500 }, { userId: 'cleo' })
    const ana = { value: 'ana', memories: 2, updatedAt: 2_000 }
    const ben = { value: 'ben', memories: 1, updatedAt: 1_000 }
    const first = await memory.scopes({ by: 'userId', limit: 1 })
    expect(first).toEqual({ results: [ana], next: 'ana' })
    time = 3_000
    const rest = await memory.scopes({ by: 'userId', after: first.next })
    expect(rest).toEqual({ results: [ben], next: undefined })
    const topics = await memory.scopes({ by: 'metadata.topic' })
    expect(topics.results.map(({ value }) => value)).toEqual(['tea'])
    const agents = await memory.scope({ userId: 'ben' }).scopes({ by: 'agentId' })
    expect(agents.results).toEqual([])
    await memory.add({ content: 'five', metadata: { 'in cm': { Größe: '40' } } }, { userId: 'dan' })
    const sizes = await memory.scopes({ by: ['in cm', 'Größe'] })
    expect(sizes.results).toMatchObject([{ value: '40', memories: 1 }])
  })

  test.each(['orgId', 'importance', 'metadata.', 'content', '', [], ['a"b'], [7], undefined, 7])(
    'refuse by: %j',
    async by => {
      const { memory } = await openMemory()
      const scopes = memory.scopes({ by: by as 'userId' })
      await expect(scopes).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    },
  )

  test('see what a memory is bound to, which it names', async () => {
    const { memory } = await openMemory({ orgId: 'acme' })
    expect(memory.bound).toEqual({ orgId: 'acme' })
    const ana = memory.scope({ userId: 'ana' })
    expect(ana.bound).toEqual({ orgId: 'acme', userId: 'ana' })
    expect(ana.scope({ runId: 'r' }).bound).toEqual({ orgId: 'acme', userId: 'ana', runId: 'r' })
  })
})
