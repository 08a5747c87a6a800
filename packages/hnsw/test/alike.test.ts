import { HashEmbedder, ExactIndex } from '@agentmem/core'
import type { IndexEntry, Scope } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'
import { expect, test } from 'vitest'

const embedder = new HashEmbedder()
const { dimensions } = embedder
const org: Scope = { orgId: 'acme' }
const count = 12_000
/** The first 2,000 are of one user, 7,600 of another, the rest of a third: the second is too large to be scanned. */
const userOf = (n: number): string => (n < 2_000 ? 'few' : n < 9_600 ? 'many' : 'others')
const textOf = (n: number): string => `The invoice number ${n} was paid on time.`

test('a text is found among 12,000 that differ in a number, in scopes that are scanned and by the graph', async () => {
  const texts = Array.from({ length: count }, (_, n) => textOf(n))
  const vectors = await embedder.embed(texts, { as: 'document' })
  const entries: IndexEntry[] = vectors.map((vector, n) => ({
    id: `${n}`,
    scope: { ...org, userId: userOf(n) },
    vector,
  }))
  await using index = await openHnswIndex({ dimensions, exactUpTo: 1_000 })
  const truth = new ExactIndex({ dimensions })
  for (const part of [index, truth]) await part.apply({ upserts: entries, deletes: [], cursor: count })
  expect(await index.stats()).toMatchObject({ graphVectors: count })

  for (const scope of [{ ...org, userId: 'few' }, { ...org, userId: 'many' }, org]) {
    const own = entries.filter(entry => scope === org || entry.scope.userId === scope.userId)
    const asked = own.filter((_, i) => i % Math.floor(own.length / 100) === 0)
    const asQueries = await embedder.embed(
      asked.map(({ id }) => textOf(Number(id))),
      { as: 'query' },
    )
    const queries = asQueries.map(vector => ({ vector, k: 3, scope }))
    const [expected, actual] = [await truth.search(queries), await index.search(queries)]
    const isFound = actual.map((matches, i) => matches[0]?.id === expected[i]?.[0]?.id)
    expect(isFound.filter(Boolean).length / asked.length, `of ${scope.userId}`).toBeGreaterThanOrEqual(0.97)
  }
}, 120_000)
