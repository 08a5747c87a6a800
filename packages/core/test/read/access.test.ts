import { afterEach, describe, expect, test, vi } from 'vitest'
import type { MemoryError } from '../../src/contracts/errors.ts'
import type { Key } from '../../src/contracts/record.ts'
import { storedId } from '../../src/contracts/stored-id.ts'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'

const ana = { userId: 'ana' }
const ben = { userId: 'ben' }
const now = (): number => 1_800_000_000_000

afterEach(() => void vi.useRealTimers())

/** A Memory whose Store remembers what it was to count, and refuses as long as the test says. */
async function openCounting(options: { readonly access?: boolean } = { access: true }) {
  const inner = new MapStore()
  const touched: (readonly Key[])[] = []
  const errors: MemoryError[] = []
  const fault = { on: false }
  const store = override(inner, {
    touch: async (keys, at) => {
      touched.push(keys)
      if (fault.on) throw new Error('disk full')
      await inner.touch(keys, at)
    },
  })
  const onBackgroundError = (error: MemoryError) => errors.push(error)
  const { memory } = await openMemory({ store, now, onBackgroundError, ...options })
  await memory.addBatch(
    [
      { content: 'green tea', id: 'tea', ...ana },
      { content: 'black tea', id: 'black', ...ben },
      { content: 'a bicycle', id: 'bicycle', ...ana },
    ],
    {},
  )
  return { memory, store: inner, touched, errors, fault }
}

const textSearch = { topK: 1, mode: 'text' } as const

describe('with access: true', () => {
  test('what searches return is counted by one call every 5 seconds, whoever it belongs to', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { memory, store, touched } = await openCounting()
    const before = await store.head()
    await memory.search('tea', { ...ana, ...textSearch })
    await memory.search('tea', { ...ana, ...textSearch })
    await memory.searchBatch([{ query: 'tea', ...ben, ...textSearch }])
    expect(touched).toEqual([])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(touched).toEqual([['tea', 'black'].map(id => ({ orgId: 'default', id }))])
    expect(await memory.get('tea')).toMatchObject({ accessCount: 1, lastAccessedAt: now(), version: 1 })
    expect(await memory.get('bicycle')).toMatchObject({ accessCount: 0, lastAccessedAt: null })
    await memory.search('tea', { ...ana, ...textSearch })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await memory.get('tea')).toMatchObject({ accessCount: 2 })
    expect(await store.head()).toEqual(before)
    expect(await memory.history('tea')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(touched).toHaveLength(2)
  })

  test('what was gathered is written when the memory is closed', async () => {
    const { memory, store } = await openCounting()
    await memory.search('tea', { ...ana, ...textSearch })
    await memory.close()
    expect((await store.get([{ orgId: 'default', id: 'tea' }]))[0]).toMatchObject({ accessCount: 1 })
  })

  test('a filter takes the counts', async () => {
    const { memory, store } = await openCounting()
    await store.touch([{ orgId: 'default', id: 'tea' }], 77)
    const { results } = await memory.getAll({
      ...ana,
      where: { accessCount: { gt: 0 }, lastAccessedAt: new Date(77) },
    })
    expect(results.map(({ id }) => id)).toEqual(['tea'])
  })

  test('a Store that fails fails no search, and counts later what it could not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { memory, store, touched, errors, fault } = await openCounting()
    fault.on = true
    await memory.search('tea', { ...ana, ...textSearch })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ name: 'MemoryError', message: expect.stringContaining('disk full') })
    const { results } = await memory.search('tea', { ...ben, ...textSearch })
    expect(results).toHaveLength(1)
    fault.on = false
    await vi.advanceTimersByTimeAsync(5_000)
    expect(touched.at(-1)?.map(({ id }) => id)).toEqual(['tea', 'black'])
    expect((await store.get([{ orgId: 'default', id: 'tea' }]))[0]?.accessCount).toBe(1)
  })

  test('a close whose Store fails is told, and closes', async () => {
    const { memory, errors, fault } = await openCounting()
    fault.on = true
    await memory.search('tea', { ...ana, ...textSearch })
    await memory.close()
    expect(errors).toHaveLength(1)
  })

  test('organizations are counted apart', async () => {
    const store = new MapStore()
    const tenants = await Memory.openTenants({ store, access: true })
    const [acme, globex] = [tenants.org('acme'), tenants.org('globex')]
    await acme.add({ content: 'green tea', id: 'a', ...ana })
    await globex.add({ content: 'green tea', id: 'a', ...ana })
    await acme.search('tea', { ...ana, ...textSearch })
    await tenants.close()
    const records = await store.get([
      { orgId: 'acme', id: storedId('acme', 'a') },
      { orgId: 'globex', id: storedId('globex', 'a') },
    ])
    expect(records.map(record => record?.accessCount)).toEqual([1, 0])
  })
})

test('without access nothing is counted', async () => {
  const { memory, touched } = await openCounting({})
  await memory.search('tea', { ...ana, ...textSearch })
  await memory.close()
  expect(touched).toEqual([])
})

test('access is true or false', async () => {
  const opening = Memory.open({ store: new MapStore(), access: 1 as unknown as boolean })
  await expect(opening).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('access'),
  })
})
