import { describe, expect, test } from 'vitest'

import { openMemory } from '../kit/open-memory.ts'

const alice = { userId: 'alice' }
const bob = { userId: 'bob' }

describe('a scope()', () => {
  test('has no memory of another scope, whatever the call', async () => {
    const { memory, store } = await openMemory()
    await memory.add({ id: 'hers', content: 'a secret' }, alice)
    await memory.add({ id: 'his', content: 'tea' }, bob)
    const his = memory.scope(bob)
    const head = (await store.head()).position

    expect(await his.get('hers')).toBeUndefined()
    expect(await his.getBatch(['hers', 'his'])).toMatchObject([undefined, { memory: 'tea' }])
    expect(await his.history('hers')).toEqual([])
    expect(await his.delete('hers')).toBe(false)
    expect(await his.deleteBatch(['hers', 'nothing'])).toEqual([false, false])
    await expect(his.update('hers', 'mine now')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const batch = [
      { id: 'his', content: 'milk' },
      { id: 'hers', content: 'mine' },
    ]
    await expect(his.updateBatch(batch)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await his.search('a secret')).results.map(({ id }) => id)).toEqual(['his'])
    expect((await his.getAll()).results.map(({ id }) => id)).toEqual(['his'])

    expect((await store.head()).position).toBe(head)
    expect((await memory.get('hers'))?.memory).toBe('a secret')
    expect(await his.deleteAll()).toBe(1)
    expect(await memory.get('hers')).toBeDefined()
  })

  test('writes into its scope without being told', async () => {
    const { memory } = await openMemory()
    const { results } = await memory.scope({ userId: 'alice', agentId: 'cook' }).add('tea', { runId: 'r1' })
    expect(await memory.get(results[0]?.id ?? '')).toMatchObject({
      userId: 'alice',
      agentId: 'cook',
      runId: 'r1',
    })
  })

  test('is narrowed further, but never left', async () => {
    const { memory } = await openMemory()
    const hers = memory.scope(alice)
    expect(() => hers.scope(bob)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    const run = hers.scope({ runId: 'r1' })
    await run.add({ id: 'm1', content: 'tea' })
    await hers.add({ id: 'm2', content: 'tea' })
    expect((await run.getAll()).results.map(({ id }) => id)).toEqual(['m1'])
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('"bob"') }
    await expect(hers.add('tea', bob)).rejects.toMatchObject(refused)
    await expect(hers.add({ content: 'tea', scope: bob })).rejects.toMatchObject(refused)
    await expect(hers.search('tea', bob)).rejects.toMatchObject(refused)
    await expect(hers.getAll(bob)).rejects.toMatchObject(refused)
    await expect(hers.deleteAll(bob)).rejects.toMatchObject(refused)
    await expect(hers.reset()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('needs at least one part, as every call about many memories does', async () => {
    const { memory } = await openMemory()
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('at least one of userId') }
    expect(() => memory.scope({})).toThrow(expect.objectContaining(refused))
    await expect(memory.add('tea')).rejects.toMatchObject(refused)
    await expect(memory.search('tea')).rejects.toMatchObject(refused)
    await expect(memory.getAll()).rejects.toMatchObject(refused)
    await expect(memory.deleteAll()).rejects.toMatchObject(refused)
    await expect(memory.list().next()).rejects.toMatchObject(refused)
  })
})

describe('organizations', () => {
  test('share a Store and see nothing of each other', async () => {
    const { memory, store } = await openMemory({ orgId: 'a' })
    const other = (await openMemory({ store, orgId: 'b' })).memory
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    expect(await other.get('m1')).toBeUndefined()
    expect((await other.search('tea', alice)).results).toEqual([])
    expect(await other.history('m1')).toEqual([])
    await other.add({ id: 'm1', content: 'milk' }, alice)
    expect(await memory.get('m1')).toMatchObject({ memory: 'tea' })
    await other.reset()
    expect(await other.get('m1')).toBeUndefined()
    expect((await memory.search('tea', alice)).results.map(({ id }) => id)).toEqual(['m1'])
  })
})
