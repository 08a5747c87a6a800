import { indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex } from '@agentmem/core'
import type { IndexEntry } from '@agentmem/core/adapter'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { describe, expect, test } from 'vitest'

const dimensions = 96

async function expectExact(entries: readonly IndexEntry[], queries: readonly Float32Array[]): Promise<void> {
  const exact = new ExactIndex(dimensions)
  await using index = await openSqliteVecIndex({ path: ':memory:', dimensions })
  const batch = { upserts: entries, deletes: [], cursor: entries.length }
  await exact.apply(batch)
  await index.apply(batch)
  const asked = queries.flatMap(vector =>
    [1, 10, 200].map(k => ({ vector, k, scope: { orgId: 'acme', userId: 'alice' } })),
  )
  expect(await index.search(asked)).toEqual(await exact.search(asked))
}

describe('answers of sqlite-vec are those of an exact index, score by score', () => {
  test('for clustered vectors', async () => {
    await expectExact(indexEntries(dimensions, 3_000), queryVectors(dimensions, 30))
  })

  test('when far more than are asked for score the same', async () => {
    const [one, other] = indexEntries(dimensions, 2)
    const entries = indexEntries(dimensions, 1_500).map((entry, n) => ({
      ...entry,
      vector: (n % 3 === 0 ? one?.vector : n % 3 === 1 ? other?.vector : undefined) ?? entry.vector,
    }))
    await expectExact(entries, [
      ...queryVectors(dimensions, 5),
      ...entries.slice(0, 2).map(({ vector }) => vector),
    ])
  })

  test('when vectors are as far from unit length as an embedder may leave them', async () => {
    const entries = indexEntries(dimensions, 2_000).map((entry, n) => ({
      ...entry,
      vector: entry.vector.map(value => value * (n % 2 === 0 ? 1.00004 : 0.99996)),
    }))
    const near = entries.map((entry, n) => ({
      ...entry,
      vector: entry.vector.map((value, d) =>
        n < 300 ? (entries[0]?.vector[d] ?? 0) * (1 + (n % 7) * 1e-5) : value,
      ),
    }))
    await expectExact(near, [
      ...queryVectors(dimensions, 10),
      near[0]?.vector ?? new Float32Array(dimensions),
    ])
  })
})
