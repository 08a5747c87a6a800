import { indexEntries } from '@agentmem/conformance'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'
import type { HnswIndexOptions } from '@agentmem/hnsw'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const dimensions = 32
const org: Scope = { orgId: 'acme' }
const entries = indexEntries(dimensions, 1200, n => ({ ...org, userId: `user-${n % 3}` }))

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'agentmem-hnsw-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

function openIndex(options: Partial<HnswIndexOptions> = {}): Promise<VectorIndex> {
  return openHnswIndex({ path, dimensions, exactUpTo: 100, ...options })
}

async function saved(upserts: readonly IndexEntry[], cursor: number): Promise<void> {
  await using index = await openIndex()
  await index.apply({ upserts, deletes: [], cursor })
}

describe('a snapshot', () => {
  it('brings back the graph with its deleted labels, and goes on with it', async () => {
    const index = await openIndex()
    await index.apply({ upserts: entries, deletes: [], cursor: 1200 })
    const [again, gone] = [entries.slice(0, 50), entries.slice(1100)]
    await index.apply({ upserts: again, deletes: gone.map(({ id }) => id), cursor: 1300 })
    await index.close()

    await using opened = await openIndex()
    expect(await opened.stats()).toMatchObject({ vectors: 1100, graphVectors: 1100, deletedLabels: 150 })
    await opened.apply({ upserts: gone, deletes: [], cursor: 1400 })
    expect(await opened.stats()).toMatchObject({ vectors: 1200, graphVectors: 1200, deletedLabels: 150 })
  })

  it('replaces the one before it, files and all', async () => {
    await saved(entries, 1)
    const first = await readdir(path)
    await saved(entries.slice(0, 10), 2)
    const second = await readdir(path)
    expect(second).toHaveLength(first.length)
    expect(second.filter(name => first.includes(name))).toEqual(['header.json'])
    await using index = await openIndex()
    expect(await index.cursor()).toBe(2)
  })
})

describe('a snapshot that was built with other options', () => {
  it.each([
    [{ m: 8 }, /m \d+ instead of 8/],
    [{ efConstruction: 100 }, /efConstruction \d+ instead of 100/],
  ])('than %j is not used', async (options, reason) => {
    await saved(entries, 1)
    await using index = await openIndex(options)
    expect(await index.cursor()).toBe(0)
    expect(await index.stats()).toMatchObject({ vectors: 0, rebuiltBecause: expect.stringMatching(reason) })
    await index.apply({ upserts: entries, deletes: [], cursor: 2 })
    const [entry] = entries
    if (!entry) throw new Error('There are no entries.')
    const { id, vector, scope } = entry
    expect(await index.search([{ vector, k: 1, scope }])).toMatchObject([[{ id }]])
  })
})
