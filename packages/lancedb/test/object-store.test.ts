import { indexEntries } from '@agentmem/conformance'
import type { Scope } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import type { LancedbIndexOptions } from '@agentmem/lancedb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startObjectStore } from './start-object-store.ts'
import type { ObjectStore } from './start-object-store.ts'

vi.setConfig({ testTimeout: 60_000 })

const org: Scope = { orgId: 'acme' }
const entries = indexEntries(16, 40, () => org)
let store: ObjectStore
let options: LancedbIndexOptions

beforeEach(async () => {
  store = await startObjectStore()
  options = {
    uri: 's3://bucket/deep/memories',
    dimensions: 16,
    storageOptions: {
      endpoint: store.endpoint,
      region: 'eu-west-1',
      access_key_id: 'the-key',
      secret_access_key: 'the-secret',
      allow_http: 'true',
    },
  }
})

afterEach(() => store.close())

describe('an s3:// address', () => {
  it('is kept in the object store that storageOptions name', async () => {
    {
      await using index = await openLancedbIndex(options)
      expect(index.supports).toMatchObject({ durable: true, shared: true })
      await index.apply({ upserts: entries, deletes: [], cursor: 40, after: 0 })
      await index.apply({ upserts: [], deletes: [entries[0]?.id ?? ''], cursor: 41, after: 40 })
      await index.optimize()
    }
    await using index = await openLancedbIndex(options)
    expect(await index.cursor()).toBe(41)
    expect(await index.get(entries.map(entry => entry.id))).toEqual([
      undefined,
      ...entries.slice(1).map(entry => entry.vector),
    ])
    const query = { vector: entries[7]?.vector ?? new Float32Array(16), k: 1, scope: org }
    expect(await index.search([query])).toMatchObject([[{ id: entries[7]?.id }]])
    expect(await index.stats()).toMatchObject({ vectors: 39, files: undefined, bytesOnDisk: undefined })
    expect([...store.keys]).toEqual(['the-key'])
    expect([...store.objects.keys()].every(key => key.startsWith('deep/memories/memories.lance/'))).toBe(true)
  })

  it('lets one of two through that apply at the same time', async () => {
    await using a = await openLancedbIndex(options)
    await using b = await openLancedbIndex(options)
    const outcomes = await Promise.allSettled([
      a.apply({ upserts: entries.slice(0, 20), deletes: [], cursor: 20, after: 0 }),
      b.apply({ upserts: entries, deletes: [], cursor: 40, after: 0 }),
    ])
    const refused = outcomes.filter(outcome => outcome.status === 'rejected')
    expect(refused).toMatchObject([{ reason: { code: 'CONFLICT' } }])
    expect(await a.cursor()).toBe(outcomes[0].status === 'fulfilled' ? 20 : 40)
    expect(await b.cursor()).toBe(await a.cursor())
  })
})
