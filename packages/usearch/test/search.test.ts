import { indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder } from '@agentmem/core'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { describe, expect, it } from 'vitest'
import { openSmall } from './open-small.ts'

const dimensions = 64
const org: Scope = { orgId: 'acme' }

function open(scanUpTo = 50): Promise<VectorIndex> {
  return openSmall({ path: undefined, dimensions, scanUpTo })
}

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
  it('finds the true nearest by scans alone', async () => {
    const entries = indexEntries(dimensions, 3000, () => org)
    const truth = await filled(entries, new ExactIndex(dimensions))
    await using index = await filled(entries, await open(10_000))
    expect((await index.stats())['graphVectors']).toBe(0)
    expect(await recallOf(index, truth, org)).toBeGreaterThan(0.995)
  })

  it('finds the true nearest in a scope whose vectors are all far from the query', async () => {
    const [near, far] = [
      { ...org, userId: 'near' },
      { ...org, userId: 'far' },
    ]
    const entries = indexEntries(dimensions, 3000, n => (n % 2 === 0 ? near : far)).map((entry, n) => {
      const moved = entry.vector.map((value, i) => 0.3 * value + (i === n % 2 ? 1 : 0))
      const length = Math.hypot(...moved)
      return { ...entry, vector: moved.map(value => value / length) }
    })
    const truth = await filled(entries, new ExactIndex(dimensions))
    await using index = await filled(entries, await open())
    await index.optimize()
    const queries = entries
      .filter((_, n) => n % 100 === 0)
      .map(({ vector }) => ({ vector, k: 10, scope: far }))
    expect(await index.search(queries)).toEqual(await truth.search(queries))
  })

  it('finds at least 98 in 100 of texts that differ in a number only, by small graphs', async () => {
    const embedder = new HashEmbedder()
    const texts = Array.from({ length: 2000 }, (_, n) => `Invoice ${n} of the harbour was paid in time`)
    const vectors = await embedder.embed(texts)
    const alike = vectors.map((vector, n) => ({ id: `text-${n}`, scope: org, vector }))
    await using index = await openSmall({ path: undefined, dimensions: embedder.dimensions })
    await filled(alike, index)
    await index.optimize()
    expect((await index.stats())['graphVectors']).toBe(2000)
    const asked = vectors.filter((_, n) => n % 10 === 0)
    const answers = await index.search(asked.map(vector => ({ vector, k: 3, scope: org })))
    // Some have the same words to the embedder: any of these is as good.
    expect(answers.filter(([best]) => (best?.score ?? 0) < 1 - 1e-6).length).toBeLessThan(0.02 * asked.length)
  })

  it('takes vectors with one large component, and with all of one size', async () => {
    const spiked = indexEntries(dimensions, 1000, () => org).map(({ id, scope, vector }, n) => {
      const changed = n % 2 === 0 ? vector.map(value => 0.05 * value) : vector.map(value => Math.sign(value))
      if (n % 2 === 0) changed[n % dimensions] = 1
      const length = Math.hypot(...changed)
      return { id, scope, vector: changed.map(value => value / length) }
    })
    const truth = await filled(spiked, new ExactIndex(dimensions))
    await using index = await filled(spiked, await open())
    await index.optimize()
    expect(await recallOf(index, truth, org)).toBeGreaterThan(0.95)
  })
})

describe('changes', () => {
  it('keep no more dead vectors than live ones', { timeout: 60_000 }, async () => {
    const entries = indexEntries(dimensions, 3000, () => org)
    await using index = await filled(entries, await open())
    for (const seed of [7, 8, 9]) {
      const upserts = indexEntries(dimensions, 3000, () => org, seed).filter((_, n) => n % 2 === seed % 2)
      await index.apply({ upserts, deletes: [], cursor: seed })
      await index.optimize()
    }
    await index.apply({ upserts: [], deletes: entries.slice(0, 500).map(({ id }) => id), cursor: 10 })
    const { deadVectors, vectors } = await index.stats()
    expect(vectors).toBe(2500)
    expect(deadVectors).toBeLessThanOrEqual(2500)
  })

  it(
    'build no graph before a search wants one, and those of later segments by themselves',
    { timeout: 60_000 },
    async () => {
      const entries = indexEntries(dimensions, 1024, () => org)
      await using index = await filled(entries.slice(0, 512), await open())
      const [vector = new Float32Array(dimensions)] = queryVectors(dimensions, 1)
      await index.search([{ vector, k: 10, scope: { ...org, userId: 'nobody' } }])
      expect((await index.stats())['graphVectors']).toBe(0)
      await index.search([{ vector, k: 10, scope: org }])
      await expect.poll(async () => (await index.stats())['graphVectors'], { timeout: 20_000 }).toBe(512)
      await filled(entries.slice(512), index)
      await expect.poll(async () => (await index.stats())['graphVectors'], { timeout: 20_000 }).toBe(1024)
    },
  )
})
