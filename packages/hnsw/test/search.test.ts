import { indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex } from '@agentmem/core'
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

/** The share of the true k nearest that the index finds, over 50 queries; every score must be the exact one. */
async function recallOf(index: VectorIndex, truth: VectorIndex, scope: Scope, k = 10): Promise<number> {
  const queries = queryVectors(dimensions, 50).map(vector => ({ vector, k, scope }))
  const [expected, actual] = [await truth.search(queries), await index.search(queries)]
  let found = 0
  for (const [i, matches] of actual.entries()) {
    const scores = new Map(expected[i]?.map(match => [match.id, match.score]))
    for (const { id, score } of matches.filter(match => scores.has(match.id))) {
      expect(score).toBe(scores.get(id))
      found++
    }
  }
  return found / expected.flat().length
}

describe('search', () => {
  it('finds the true nearest of 3,000, past the first capacity of the graph, with exact scores', async () => {
    const entries = indexEntries(dimensions, 3000, () => org)
    await using index = await filled(entries, await openHnswIndex({ dimensions, exactUpTo }))
    const truth = await filled(entries, new ExactIndex(dimensions))
    expect(await index.stats()).toMatchObject({ vectors: 3000, graphVectors: 3000, deletedLabels: 0 })
    expect(await recallOf(index, truth, org)).toBeGreaterThan(0.98)
  })

  it('finds all the true nearest in a scope of 100 among 3,000', async () => {
    const small = { ...org, userId: 'small' }
    const entries = indexEntries(dimensions, 3000, n => (n % 30 === 0 ? small : { ...org, userId: 'big' }))
    const truth = await filled(entries, new ExactIndex(dimensions))
    await using index = await filled(entries, await openHnswIndex({ dimensions, exactUpTo }))
    expect(await recallOf(index, truth, small)).toBe(1)
    expect(await recallOf(index, truth, { ...org, userId: 'big' })).toBeGreaterThan(0.98)
  })

  it('finds the true nearest in half of the clusters from everywhere', async () => {
    const half = { ...org, userId: 'half' }
    const entries = indexEntries(dimensions, 3000, n => (n % 20 < 10 ? half : { ...org, userId: 'other' }))
    const truth = await filled(entries, new ExactIndex(dimensions))
    await using index = await filled(entries, await openHnswIndex({ dimensions, exactUpTo }))
    expect(await recallOf(index, truth, half)).toBeGreaterThan(0.98)
  })

  it('returns all of a scope when k is larger', async () => {
    const alice = { ...org, userId: 'alice' }
    const entries = indexEntries(dimensions, 600, n => (n < 120 ? alice : { ...org, userId: 'bob' }))
    await using index = await filled(entries, await openHnswIndex({ dimensions, exactUpTo }))
    const [vector = new Float32Array(dimensions)] = queryVectors(dimensions, 1)
    const [ofAlice = [], ofAll = []] = await index.search([
      { vector, k: 1000, scope: alice },
      { vector, k: 1000, scope: org },
    ])
    expect(ofAlice.map(match => match.id).sort()).toEqual(entries.slice(0, 120).map(entry => entry.id))
    expect(ofAll).toHaveLength(600)
  })
})

describe('changes', () => {
  it('hides replaced and deleted vectors, and rebuilds the graph once most labels are deleted', async () => {
    const entries = indexEntries(dimensions, 1500, () => org)
    await using index = await filled(entries, await openHnswIndex({ dimensions, exactUpTo }))
    const moved = indexEntries(dimensions, 500, () => org, 7)
    await index.apply({ upserts: moved, deletes: entries.slice(1400).map(entry => entry.id), cursor: 2 })
    expect(await index.stats()).toMatchObject({ vectors: 1400, graphVectors: 1400, deletedLabels: 600 })
    const truth = await filled([...moved, ...entries.slice(500, 1400)], new ExactIndex(dimensions))
    expect(await recallOf(index, truth, org)).toBeGreaterThan(0.98)

    await index.apply({ upserts: [], deletes: entries.slice(700, 1400).map(entry => entry.id), cursor: 3 })
    await index.optimize()
    expect(await index.stats()).toMatchObject({ vectors: 700, graphVectors: 700, deletedLabels: 0 })
    await truth.apply({ upserts: [], deletes: entries.slice(700, 1400).map(entry => entry.id), cursor: 3 })
    expect(await recallOf(index, truth, org)).toBeGreaterThan(0.98)
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

  it('answers a search before a batch that was sent earlier is done', async () => {
    const entries = indexEntries(dimensions, 4000, () => org)
    await using index = await filled(entries.slice(0, 100), await openHnswIndex({ dimensions, exactUpTo }))
    const [vector = new Float32Array(dimensions)] = queryVectors(dimensions, 1)
    const order: string[] = []
    const applied = filled(entries.slice(100), index).then(() => order.push('applied'))
    for (let i = 0; i < 5; i++) {
      const [matches] = await index.search([{ vector, k: 10, scope: org }])
      expect(matches).toHaveLength(10)
      order.push('searched')
    }
    await applied
    expect(order).toEqual(['searched', 'searched', 'searched', 'searched', 'searched', 'applied'])
  })
})
