import { indexEntries } from '@agentmem/conformance'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'
import { describe, expect, it } from 'vitest'

const dimensions = 64
const org: Scope = { orgId: 'acme' }
/** Small enough that the graph answers, also for scopes of a hundred. */
const exactUpTo = 50

async function filled(entries: readonly IndexEntry[], index: VectorIndex): Promise<VectorIndex> {
  await index.apply({ upserts: entries, deletes: [], cursor: entries.length })
  return index
}

describe('changes', () => {
  it('rebuilds the graph without its deleted labels once they are the most', async () => {
    const entries = indexEntries(dimensions, 3000, () => org)
    await using index = await filled(entries, await openHnswIndex({ dimensions, exactUpTo }))
    expect(await index.stats()).toMatchObject({ vectors: 3000, graphVectors: 3000, deletedLabels: 0 })
    const moved = indexEntries(dimensions, 500, () => org, 7)
    const idsFrom = (first: number, end: number): string[] => entries.slice(first, end).map(({ id }) => id)
    await index.apply({ upserts: moved, deletes: idsFrom(2900, 3000), cursor: 2 })
    expect(await index.stats()).toMatchObject({ vectors: 2900, graphVectors: 2900, deletedLabels: 600 })
    await index.apply({ upserts: [], deletes: idsFrom(700, 2900), cursor: 3 })
    await index.optimize()
    expect(await index.stats()).toMatchObject({ vectors: 700, graphVectors: 700, deletedLabels: 0 })
  })

  it('is not crowded by what one vector was before', async () => {
    const entries = indexEntries(dimensions, 300, () => org)
    await using index = await filled(entries, await openHnswIndex({ dimensions, exactUpTo }))
    const [first] = entries
    if (!first) throw new Error('There are no entries.')
    for (let cursor = 301; cursor <= 400; cursor++)
      await index.apply({ upserts: [first], deletes: [], cursor })
    expect(await index.stats()).toMatchObject({ vectors: 300, graphVectors: 300, deletedLabels: 100 })
    const [matches = []] = await index.search([{ vector: first.vector, k: 10, scope: org }])
    expect(new Set(matches.map(match => match.id)).size).toBe(10)
  })

  it('builds no graph for as few vectors as a search scans anyway', async () => {
    const entries = indexEntries(dimensions, exactUpTo + 1, () => org)
    await using index = await openHnswIndex({ dimensions, exactUpTo })
    await filled(entries.slice(1), index)
    expect(await index.stats()).toMatchObject({ vectors: exactUpTo, graphVectors: 0 })
    await filled(entries.slice(0, 1), index)
    expect(await index.stats()).toMatchObject({ vectors: exactUpTo + 1, graphVectors: exactUpTo + 1 })
  })
})
