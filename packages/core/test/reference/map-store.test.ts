import { describe, expect, it } from 'vitest'
import { MapStore } from '@agentmem/core'
import type { Patch, StoredRecord } from '@agentmem/core/adapter'

// What every Store must do is shown by the conformance kit; here is what only this one promises.

function record(id: string, fields: Partial<StoredRecord> = {}): StoredRecord {
  return {
    id,
    orgId: 'acme',
    userId: 'alice',
    agentId: null,
    runId: null,
    content: id,
    hash: id,
    metadata: {},
    type: 'episodic',
    level: 'normal',
    importance: 0.5,
    accessCount: 0,
    lastAccessedAt: null,
    createdAt: 0,
    updatedAt: 0,
    place: 0,
    indexed: true,
    expiresAt: null,
    version: 1,
    createdBy: null,
    updatedBy: null,
    actorId: null,
    role: null,
    validFrom: null,
    validTo: null,
    supersededBy: null,
    origin: 'caller',
    derivation: null,
    deletedAt: null,
    vector: Float32Array.of(1, 0),
    dedupeKey: null,
    ...fields,
  }
}

function patch(id: string, set: Patch['set'], dedupeKey?: string): Patch {
  return { key: { orgId: 'acme', id }, set, dedupeKey, updatedAt: 1 }
}

describe('MapStore', () => {
  it('counts log positions from 1, one a change', async () => {
    const store = new MapStore()
    expect((await store.put([record('a'), record('b')])).span).toEqual({ after: 0, upTo: 2 })
    expect((await store.patch([patch('a', { level: 'high' })])).span).toEqual({ after: 2, upTo: 3 })
    expect((await store.delete([{ orgId: 'acme', id: 'b' }])).span).toEqual({ after: 3, upTo: 4 })
    expect((await store.head()).position).toBe(4)
  })

  it('skips positions of the log that a later change has taken over', async () => {
    const store = new MapStore()
    await store.put([record('a'), record('b')])
    await store.patch([patch('a', { level: 'high' })])
    expect(await store.changes({ after: 0, limit: 1 })).toMatchObject({
      upserts: [{ id: 'b' }],
      cursor: 2,
      done: false,
    })
    expect(await store.changes({ after: 2, limit: 1 })).toMatchObject({
      upserts: [{ id: 'a' }],
      cursor: 3,
      done: true,
    })
  })

  it('takes back every patch of a batch when a later one of the same record conflicts', async () => {
    const store = new MapStore()
    await store.put([record('a', { dedupeKey: 'key-a' }), record('b', { dedupeKey: 'key-b' })])
    const patches = [patch('a', { content: 'new' }, 'key-c'), patch('a', { content: 'b' }, 'key-b')]
    await expect(store.patch(patches)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await store.get([{ orgId: 'acme', id: 'a' }])).toMatchObject([{ content: 'a', version: 1 }])
    const { duplicates } = await store.put([
      record('c', { dedupeKey: 'key-a' }),
      record('d', { dedupeKey: 'key-c' }),
    ])
    expect([...duplicates]).toEqual([['c', 'a']])
  })

  it('counts one statement a call, and one transaction a write', async () => {
    const store = new MapStore()
    await store.put([record('a'), record('b')])
    await store.get([{ orgId: 'acme', id: 'a' }])
    await store.put([])
    expect(store.counters).toEqual({ statements: 2, transactions: 1, roundTrips: 2 })
  })
})
