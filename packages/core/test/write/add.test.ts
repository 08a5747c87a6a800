import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import type { Json } from '../../src/contracts/record.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'

const alice = { userId: 'alice' }

describe('add', () => {
  test('a message says who said it by its name, as chat APIs have it', async () => {
    const { memory } = await openMemory()
    const { results } = await memory.addBatch(
      [
        { role: 'user', content: 'I planted roses', name: 'ann' },
        { role: 'user', content: 'I planted tulips' },
        'Bob: I planted nothing',
      ],
      alice,
    )
    expect(results.map(({ actorId, role }) => [actorId, role])).toEqual([
      ['ann', 'user'],
      [undefined, 'user'],
      [undefined, undefined],
    ])
    // A name at the beginning of a text is read by searches, and stays in the text.
    const found = await memory.search('What did Bob plant?', { ...alice, mode: 'text', context: false })
    expect(found.results[0]?.memory).toBe('Bob: I planted nothing')
    await expect(
      memory.add({ role: 'user', content: 'tea', name: 7 as unknown as string }, alice),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('answers with what it stored, and the next search finds it', async () => {
    const { memory } = await openMemory()
    const { results, relations } = await memory.add('Alice likes green tea', alice)
    expect(results).toEqual([{ id: expect.any(String), memory: 'Alice likes green tea', event: 'ADD' }])
    expect(relations).toEqual([])
    const found = await memory.search('green tea', alice)
    expect(found.results.map(({ id }) => id)).toEqual([results[0]?.id])
  })

  test('keeps everything that was said about a memory', async () => {
    const { memory } = await openMemory({ now: () => 5_000 })
    const input = {
      id: 'm1',
      content: 'Paris in June',
      userId: 'alice',
      agentId: 'planner',
      runId: 'r1',
      metadata: { topic: 'travel', tags: ['a', { b: null }] },
      type: 'semantic',
      level: 'high',
      importance: 0.9,
      createdAt: new Date(1_000),
      expiresAt: '1970-01-01T00:00:09Z',
      actorId: 'Alice',
      role: 'user',
    }
    const { results } = await memory.add(input)
    expect(results).toEqual([
      { id: 'm1', memory: 'Paris in June', event: 'ADD', actorId: 'Alice', role: 'user' },
    ])
    const { content, ...rest } = input
    expect(await memory.get('m1')).toEqual({
      ...rest,
      memory: content,
      orgId: 'default',
      hash: createHash('sha256').update(content).digest('hex'),
      createdAt: 1_000,
      updatedAt: 1_000,
      expiresAt: 9_000,
      accessCount: 0,
      lastAccessedAt: null,
      version: 1,
      createdBy: 'Alice',
      updatedBy: 'Alice',
      validFrom: null,
      validTo: null,
      supersededBy: null,
      origin: 'caller',
      derivation: null,
    })
  })

  test('takes a message, and defaults from the options that an input overrides', async () => {
    const { memory } = await openMemory()
    const options = { ...alice, actorId: 'Alice', importance: 0.1, metadata: { source: 'chat' } }
    const [message] = (await memory.add({ role: 'assistant', content: 'hello there' }, options)).results
    expect(await memory.get(message?.id ?? '')).toMatchObject({
      role: 'assistant',
      importance: 0.1,
      metadata: { source: 'chat' },
      type: 'episodic',
      level: 'normal',
    })
    const [own] = (await memory.add({ content: 'hello again', importance: 1 }, options)).results
    expect(await memory.get(own?.id ?? '')).toMatchObject({ importance: 1, actorId: 'Alice' })
  })

  test('stores what was given, whatever is done to it afterwards', async () => {
    const { memory } = await openMemory()
    const shared: { n: number; deep: Json[] } = { n: 0, deep: [0] }
    const adding = [0, 1, 2].map(n => {
      shared.n = n
      shared.deep[0] = n
      return memory.add({ id: `m${n}`, content: `number ${n}`, metadata: shared }, alice)
    })
    await Promise.all(adding)
    const stored = await memory.getBatch(['m0', 'm1', 'm2'])
    expect(stored.map(item => item?.metadata)).toEqual([0, 1, 2].map(n => ({ n, deep: [n] })))
  })

  test('keeps a memory whose id is there already, and says so', async () => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'first words' }, alice)
    const again = await memory.add({ id: 'm1', content: 'other words' }, alice)
    expect(again.results).toEqual([{ id: 'm1', memory: 'first words', event: 'NONE' }])
    expect(await memory.history('m1')).toHaveLength(1)
  })

  test('refuses an id that another scope has, and tells nothing of it', async () => {
    const { memory, store } = await openMemory()
    await memory.add({ id: 'm1', content: 'a secret of bob' }, { userId: 'bob' })
    const before = (await store.head()).position
    for (const scope of [alice, { userId: 'bob', runId: 'r1' }]) {
      const attempt = memory.add({ id: 'm1', content: 'mine' }, scope)
      await expect(attempt).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.not.stringContaining('secret'),
      })
    }
    expect((await store.head()).position).toBe(before)
    const report = await memory.addBatch([{ id: 'm1', content: 'mine' }, 'and this'], {
      ...alice,
      onError: 'report',
    })
    expect(report.failed).toMatchObject([{ index: 0, error: { code: 'CONFLICT' } }])
    expect(report.results).toMatchObject([undefined, { event: 'ADD' }])
  })

  test('takes a vector made elsewhere, scaled to unit length, without an embed call', async () => {
    const { memory, store, embedder } = await openMemory()
    const embedding = Array.from({ length: 32 }, (_, i) => (i === 3 ? 5 : 0))
    await memory.add({ id: 'm1', content: 'text', embedding }, alice)
    expect(embedder.calls).toEqual([])
    const [vector] = await store.vectors([{ orgId: 'default', id: 'm1' }])
    expect(vector?.[3]).toBe(1)
  })

  test('never makes up a vector: nothing is stored when the embedding fails', async () => {
    const { memory, store, embedder } = await openMemory()
    embedder.before = async () => {
      throw new Error('no such model')
    }
    await expect(memory.add('hello', alice)).rejects.toMatchObject({ code: 'BACKEND' })
    expect((await store.stats()).memories).toBe(0)
    embedder.embed = async texts => texts.map(() => new Float32Array(32))
    await expect(memory.add('hello', alice)).rejects.toMatchObject({ code: 'BACKEND' })
    expect((await store.stats()).memories).toBe(0)
  })

  test('stores each memory once when a run fails after its commit and is done again', async () => {
    const inner = new MapStore()
    let failures = 2
    const store = override(inner, {
      put: async (records, options) => {
        const receipt = await inner.put(records, options)
        if (failures-- > 0) throw new Error('the answer was lost')
        return receipt
      },
    })
    const { memory } = await openMemory({ store })
    const results = await Promise.allSettled(['one', 'two', 'three'].map(text => memory.add(text, alice)))
    // The shared run fails, then the first alone; the other two find their own records there.
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(results[1]).toMatchObject({ value: { results: [{ memory: 'two', event: 'ADD' }] } })
    expect((await inner.stats()).memories).toBe(3)
  })
})
