import { describe, expect, test } from 'vitest'

import { guardStore, trustedStore } from '../../src/guards/guard-store.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import type { Store } from '../../src/contracts/store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { storedRecord } from '../kit/stored-record.ts'

const alice = { userId: 'alice' }
const refused = { name: 'MemoryError', code: 'INVALID_ARGUMENT' }
const tea = Float32Array.of(1, 0)

describe('a guard and the door behind it', () => {
  test('are one object each, however often they are asked for', () => {
    const guard = guardStore(new MapStore())
    expect(guardStore(guard)).toBe(guard)
    expect(trustedStore(guard)).toBe(trustedStore(guard))
  })

  test('close together', async () => {
    const guard = guardStore(new MapStore())
    await trustedStore(guard).close()
    await expect(guard.head()).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('know of each other of how many dimensions the vectors are', async () => {
    const guard = guardStore(new MapStore())
    await trustedStore(guard).put([storedRecord('a', tea)])
    await expect(guard.put([storedRecord('b', Float32Array.of(1, 0, 0))])).rejects.toMatchObject(refused)
    await guard.put([storedRecord('c', tea)])
  })
})

describe('the door', () => {
  test('wraps what a driver throws, and refuses answers that are not aligned', async () => {
    const broken = override<Store>(new MapStore(), {
      head: () => Promise.reject(new Error('gone')),
      get: async () => [],
    })
    const door = trustedStore(broken)
    await expect(door.head()).rejects.toMatchObject({ name: 'MemoryError', code: 'BACKEND' })
    const reading = door.get([{ orgId: 'default', id: 'a' }])
    await expect(reading).rejects.toThrow('0 answers came back for 1 keys')
  })

  test('answers an empty batch without a call of the Store, and not after it is closed', async () => {
    const store = new MapStore()
    const door = trustedStore(store)
    const { counters } = store
    expect(await door.put([])).toEqual({ duplicates: new Map() })
    expect(await door.get([])).toEqual([])
    expect(store.counters).toEqual(counters)
    await door.close()
    await expect(door.get([])).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('a Memory checks itself, before its Store is asked,', () => {
  test('that a batch has an id once', async () => {
    const { memory, store } = await openMemory()
    const twice = [
      { id: 'm1', content: 'tea' },
      { id: 'm1', content: 'milk' },
    ]
    await expect(memory.addBatch(twice, alice)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('the id "m1" twice') as string,
    })
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const changes = [
      { id: 'm1', content: 'water' },
      { id: 'm1', importance: 1 },
    ]
    await expect(memory.updateBatch(changes)).rejects.toMatchObject(refused)
    expect((await store.stats()).memories).toBe(1)
    expect(await memory.get('m1')).toMatchObject({ memory: 'tea', version: 1 })
  })

  test('that single adds of one id in one batch are two calls: the second finds the first', async () => {
    const { memory } = await openMemory()
    const adds = ['tea', 'milk'].map(content => memory.add({ id: 'm1', content }, alice))
    const events = (await Promise.all(adds)).map(({ results }) => results[0]?.event)
    expect(events).toEqual(['ADD', 'NONE'])
  })

  test.each([Number.NaN, 0.5, Infinity])('that its clock gives times, not %d', async now => {
    const { memory, store } = await openMemory({ now: () => now })
    await expect(memory.add('tea', alice)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('now()') as string,
    })
    expect((await store.stats()).memories).toBe(0)
  })

  test.each([
    [{ pageSize: 0 }],
    [{ pageSize: 10_001 }],
    [{ pageSize: 1.5 }],
    [{ order: { by: 'content', direction: 'asc' } }],
    [{ order: { by: 'createdAt', direction: 'up' } }],
    [{ order: null }],
  ])('the options of a list: %j', async options => {
    const { memory } = await openMemory()
    await expect(memory.list({ ...alice, ...(options as object) }).next()).rejects.toMatchObject(refused)
  })
})
