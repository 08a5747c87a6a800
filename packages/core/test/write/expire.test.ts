import { describe, expect, test } from 'vitest'
import type { ExpireOptions } from '../../src/expire-api.ts'
import type { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'

const ana = { userId: 'ana' }
const now = Date.UTC(2026, 5, 1)

async function openAged(store = new MapStore()): Promise<Memory> {
  const { memory } = await openMemory({ store, now: () => now })
  await memory.addBatch(
    [
      { id: 'old', content: 'old tea', createdAt: '2024-01-01', importance: 0.2 },
      { id: 'older', content: 'older tea', createdAt: '2023-01-01', importance: 0.9 },
      { id: 'new', content: 'new tea', createdAt: '2026-05-01', importance: 0.1, type: 'semantic' },
      { id: 'ben', content: 'the tea of ben', createdAt: '2023-01-01', importance: 0, userId: 'ben' },
    ],
    ana,
  )
  return memory
}

const found = async (memory: Memory): Promise<string[]> => {
  const { results } = await memory.search('tea', { ...ana, mode: 'text' })
  return results.map(({ id }) => id).toSorted()
}

describe('expire', () => {
  test('ends what the whole rule names, so that no call finds it, and purgeExpired removes it', async () => {
    const memory = await openAged()
    const rule = { ...ana, olderThan: '2025-01-01', importanceBelow: 0.5 }
    expect(await memory.expire(rule)).toEqual({ expired: 1, ids: ['old'], more: false })
    expect(await memory.get('old')).toBeUndefined()
    expect(await found(memory)).toEqual(['new', 'older'])
    expect(await memory.expire(rule)).toEqual({ expired: 0, ids: [], more: false })
    expect((await memory.history('old')).map(({ event }) => event)).toEqual(['ADD', 'UPDATE'])
    expect(await memory.purgeExpired()).toBe(1)
    expect(await memory.verify()).toMatchObject({ ok: true })
  })

  test('takes each part of a rule by itself, the oldest first', async () => {
    const rules: [ExpireOptions, string[]][] = [
      [{ where: { type: 'semantic' } }, ['new']],
      [{ olderThan: new Date('2025-01-01') }, ['older', 'old']],
      [{ importanceBelow: 0.2 }, ['new']],
      [{ olderThan: '2023-01-01' }, []],
    ]
    for (const [rule, ids] of rules) {
      const memory = await openAged()
      expect((await memory.expire({ ...ana, ...rule })).ids).toEqual(ids)
    }
  })

  test('with dryRun says what it would end, and writes nothing', async () => {
    const store = new MapStore()
    const memory = await openAged(store)
    const head = await store.head()
    const rule = { ...ana, olderThan: '2025-01-01' }
    const would = await memory.expire({ ...rule, dryRun: true })
    expect(would).toEqual({ expired: 2, ids: ['older', 'old'], more: false })
    expect(await store.head()).toEqual(head)
    expect(await memory.expire(rule)).toEqual(would)
  })

  test('sees its scope alone; without one it is about everybody that the memory sees', async () => {
    const memory = await openAged()
    expect((await memory.scope({ userId: 'ben' }).expire({ olderThan: '2025-01-01' })).ids).toEqual(['ben'])
    expect((await memory.expire({ olderThan: '2025-01-01' })).ids).toEqual(['older', 'old'])
  })

  test('stops at its limit, and says that there are others', async () => {
    const memory = await openAged()
    const rule = { ...ana, olderThan: '2027-01-01', limit: 2 }
    expect(await memory.expire(rule)).toEqual({ expired: 2, ids: ['older', 'old'], more: true })
    expect(await memory.expire(rule)).toEqual({ expired: 1, ids: ['new'], more: false })
  })

  test('goes in transactions of 500', async () => {
    const sizes: number[] = []
    const inner = new MapStore()
    const store = override(inner, {
      patch: async (patches, options) => {
        sizes.push(patches.length)
        return inner.patch(patches, options)
      },
    })
    const { memory } = await openMemory({ store, now: () => now })
    await memory.addBatch(
      Array.from({ length: 1_200 }, (_, n) => `tea ${n}`),
      { ...ana, createdAt: '2024-01-01' },
    )
    expect(await memory.expire({ ...ana, olderThan: '2025-01-01' })).toMatchObject({ expired: 1_200 })
    expect(sizes).toEqual([500, 500, 200])
  })

  test('leaves what another writer has taken out of the rule meanwhile', async () => {
    const inner = new MapStore()
    let isFirst = true
    const store = override(inner, {
      patch: async (patches, options) => {
        if (isFirst && patches.length === 2) {
          isFirst = false
          const key = { orgId: 'default', id: 'old' }
          await inner.patch([{ key, set: { importance: 1 }, updatedAt: now }])
        }
        return inner.patch(patches, options)
      },
    })
    const memory = await openAged(store)
    const rule = { ...ana, importanceBelow: 0.5 }
    expect((await memory.expire(rule)).ids).toEqual(['new'])
    expect(await memory.get('old')).toMatchObject({ importance: 1, expiresAt: null })
  })

  test('passes over what was superseded, unless it is told to', async () => {
    const store = new MapStore()
    const memory = await openAged(store)
    const key = { orgId: 'default', id: 'old' }
    await store.patch([{ key, set: { supersededBy: 'new', validTo: now }, updatedAt: now }])
    const rule = { ...ana, olderThan: '2025-01-01', dryRun: true }
    expect((await memory.expire(rule)).ids).toEqual(['older'])
    expect((await memory.expire({ ...rule, superseded: true })).ids).toEqual(['older', 'old'])
  })

  test('without a rule, or with one that cannot be read, is refused', async () => {
    const memory = await openAged()
    const wrong: [object, RegExp][] = [
      [{}, /needs a rule/],
      [{ where: {} }, /needs a rule/],
      [{ dryRun: true, limit: 5 }, /needs a rule/],
      [{ olderThan: 'yesterday' }, /olderThan/],
      [{ importanceBelow: 2 }, /importanceBelow/],
      [{ olderThan: '2025-01-01', limit: 0 }, /limit/],
      [{ olderThan: '2025-01-01', dryrun: true }, /dryrun/],
      [{ olderThan: '2025-01-01', dryRun: 1 }, /dryRun/],
    ]
    for (const [rule, message] of wrong) {
      await expect(memory.expire({ ...ana, ...rule })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(message),
      })
    }
    expect(await memory.count(ana)).toBe(3)
  })
})
