import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Memory } from '../../src/memory.ts'
import type { SearchMode } from '../../src/search-api.ts'
import { exported } from '../kit/exported.ts'
import { openMemory } from '../kit/open-memory.ts'

const alice = { userId: 'alice' }

async function opened(): Promise<{ memory: Memory; ids: string[] }> {
  const { memory } = await openMemory()
  const { results } = await memory.addBatch(['likes green tea', 'plays the violin'], alice)
  return { memory, ids: results.map(({ id }) => id) }
}

async function found(memory: Memory, mode: SearchMode): Promise<string[]> {
  const { results } = await memory.search('green tea or the violin', { ...alice, mode })
  return results.map(({ memory }) => memory).toSorted()
}

describe('a memory that is deleted softly', () => {
  test('is found by no call, until it is restored', async () => {
    const { memory, ids } = await opened()
    const [tea = ''] = ids
    await memory.flush()
    expect(await memory.delete(tea, { soft: true, actorId: 'bob' })).toBe(true)
    const seen = async (): Promise<unknown[]> => [
      await memory.get(tea),
      (await memory.getAll(alice)).results.length,
      (await memory.page(alice)).results.length,
      await memory.count(alice),
      (await memory.scopes({ by: 'userId' })).results.map(({ memories }) => memories),
      (await exported(memory)).length,
      await found(memory, 'text'),
      await found(memory, 'vector'),
    ]
    const rest = ['plays the violin']
    expect(await seen()).toEqual([undefined, 1, 1, 1, [1], 2, rest, rest])
    await expect(memory.update(tea, 'likes black tea')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await memory.delete(tea, { soft: true })).toBe(false)
    expect((await memory.getAll({ ...alice, deleted: true })).results.map(({ id }) => id)).toEqual([tea])
    expect(await memory.count({ ...alice, deleted: true })).toBe(1)
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 1 })

    expect(await memory.restoreBatch([tea, ids[1] ?? '', 'nobody'])).toEqual([true, false, false])
    const both = ['likes green tea', ...rest]
    expect(await seen()).toMatchObject([{ memory: 'likes green tea' }, 2, 2, 2, [2], 3, both, both])
    expect((await memory.history(tea)).map(({ event, actorId }) => [event, actorId])).toEqual([
      ['ADD', null],
      ['DELETE', 'bob'],
      ['RESTORE', null],
    ])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 2 })
  })

  test('is removed by delete, deleteAll and purgeExpired like any other', async () => {
    const { memory, ids } = await opened()
    await memory.deleteBatch(ids, { soft: true })
    expect(await memory.delete(ids[0] ?? '')).toBe(true)
    expect(await memory.restore(ids[0] ?? '')).toBe(false)
    expect(await memory.deleteAll(alice)).toBe(1)
    await memory.add({ id: 'gone', content: 'gone', expiresAt: 1 }, alice)
    expect(await memory.restore('gone')).toBe(false)
    expect(await memory.purgeExpired()).toBe(1)
    expect((await memory.stats()).store).toMatchObject({ memories: 0 })
  })

  test('belongs to its scope: nobody else hides or restores it', async () => {
    const { memory, ids } = await opened()
    const bob = memory.scope({ userId: 'bob' })
    expect(await bob.deleteBatch(ids, { soft: true })).toEqual([false, false])
    await memory.deleteBatch(ids, { soft: true })
    expect(await bob.restoreBatch(ids)).toEqual([false, false])
    expect(await memory.scope(alice).restoreBatch(ids)).toEqual([true, true])
  })

  test('keeps its id, and leaves its content to others; both cannot have it', async () => {
    const { memory } = await openMemory()
    const options = { ...alice, dedupe: true }
    await memory.add({ id: 'a', content: 'likes tea' }, options)
    await memory.delete('a', { soft: true })
    const [again] = (await memory.add({ id: 'a', content: 'likes tea' }, options)).results
    expect(again).toMatchObject({ id: 'a', event: 'NONE' })
    expect(await memory.get('a')).toBeUndefined()
    const [other] = (await memory.add('likes tea', options)).results
    expect(other?.event).toBe('ADD')
    await expect(memory.restore('a')).rejects.toMatchObject({ code: 'CONFLICT' })
    await memory.delete(other?.id ?? '')
    expect(await memory.restore('a')).toBe(true)
    await memory.delete('a', { soft: true })
    const replaced = await memory.add({ id: 'a', content: 'likes figs' }, { ...alice, onTaken: 'replace' })
    expect(replaced.results[0]?.event).toBe('UPDATE')
    expect((await memory.get('a'))?.memory).toBe('likes figs')
  })

  test('cannot be told to leave no history as well', async () => {
    const { memory } = await opened()
    await expect(memory.delete('a', { soft: true, purgeHistory: true })).rejects.toThrow(/give one of them/)
    await expect(memory.deleteAll(alice, { soft: true } as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    await expect(memory.exportTo(new PassThrough(), { deleted: true } as never)).rejects.toThrow(/deleted/)
  })
})
