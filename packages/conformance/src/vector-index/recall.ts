import { ok } from 'node:assert/strict'
import { ExactIndex, HashEmbedder } from '@agentmem/core'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertMatches, fill } from './assert-holds.ts'

/** The share of the true 10 nearest that an index must find, as a mean over the queries. */
const wanted = 0.95
const k = 10
/** The same for texts that are alike, where a graph is led astray most easily. */
const wantedAlike = 0.97
/** Of 20 texts that are alike, how many each user has: shares from a twentieth to half. */
const usersOf20 = { rare: 1, some: 3, many: 6, most: 10 }

async function assertRecall(index: VectorIndex, entries: readonly IndexEntry[], scope: Scope): Promise<void> {
  const oracle = new ExactIndex(index.dimensions)
  await fill(oracle, entries)
  const queries = queryVectors(index.dimensions, 50).map(vector => ({ vector, k, scope }))
  const [truth, answers] = [await oracle.search(queries), await index.search(queries)]
  let found = 0
  for (const [i, expected] of truth.entries()) {
    const actual = answers[i] ?? []
    if (index.supports.exact) assertMatches(actual, expected)
    const ids = new Set(actual.map(match => match.id))
    found += expected.filter(match => ids.has(match.id)).length
  }
  const recall = found / truth.flat().length
  ok(recall >= wanted, `recall@${k} is ${recall.toFixed(3)}, less than ${wanted}`)
}

/** Texts that differ in a number, as vectors, of users with shares of every size. */
async function alikeEntries({ dimensions }: VectorIndex, count: number): Promise<IndexEntry[]> {
  const users = Object.entries(usersOf20).flatMap(([userId, share]) => Array<string>(share).fill(userId))
  const vectors = await new HashEmbedder({ dimensions }).embed(alikeTexts(count), { as: 'document' })
  return vectors.map((vector, n) => ({
    id: `alike-${String(n).padStart(6, '0')}`,
    scope: { orgId: 'acme', userId: users[n % users.length] ?? 'most' },
    vector,
  }))
}

function alikeTexts(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `The invoice number ${n} was paid on time.`)
}

/** How many of the best scores it finds: texts that are alike may have the same. */
async function assertRecallOfAlike(
  index: VectorIndex,
  oracle: VectorIndex,
  vectors: readonly Float32Array[],
  scope: Scope,
): Promise<void> {
  const queries = vectors.map(vector => ({ vector, k, scope }))
  const [truth, answers] = [await oracle.search(queries), await index.search(queries)]
  let found = 0
  for (const [i, expected] of truth.entries()) {
    const least = (expected.at(-1)?.score ?? 0) - 1e-6
    found += (answers[i] ?? []).filter(({ score }) => score >= least).length
  }
  const recall = found / truth.flat().length
  const whose = scope.userId ?? 'all'
  ok(recall >= wantedAlike, `recall@${k} for ${whose} is ${recall.toFixed(3)}, less than ${wantedAlike}`)
}

export const recallCases: readonly Case<VectorIndex>[] = casesOf('recall', {
  'finds the nearest of 2,000 clustered vectors': async index => {
    const entries = indexEntries(index.dimensions, 2000)
    await fill(index, entries)
    await assertRecall(index, entries, acme)
  },

  'finds them still after half were deleted and a quarter replaced': async index => {
    const entries = indexEntries(index.dimensions, 2000)
    await fill(index, entries)
    const moved = indexEntries(index.dimensions, 500, undefined, 3)
    const deletes = entries.slice(1000).map(entry => entry.id)
    await index.apply({ upserts: moved, deletes, cursor: 3000 })
    await assertRecall(index, [...moved, ...entries.slice(500, 1000)], acme)
  },

  'finds the nearest of 40 in a scope among 2,000': async index => {
    const small = { orgId: 'acme', userId: 'small' }
    const entries = indexEntries(index.dimensions, 2000, n =>
      n % 50 === 7 ? small : { orgId: 'acme', userId: 'big' },
    )
    await fill(index, entries)
    await assertRecall(index, entries, small)
  },

  'finds the nearest in each of two scopes that share every cluster': async index => {
    const [odd, even] = [
      { orgId: 'acme', agentId: 'odd' },
      { orgId: 'acme', agentId: 'even' },
    ]
    const entries = indexEntries(index.dimensions, 2000, n => (Math.floor(n / 20) % 2 === 0 ? even : odd))
    await fill(index, entries)
    await assertRecall(index, entries, odd)
    await assertRecall(index, entries, even)
  },

  'finds the very texts among 3,000 that are alike, whatever share of them a user has': async index => {
    const entries = await alikeEntries(index, 3000)
    const oracle = new ExactIndex(index.dimensions)
    await fill(oracle, entries)
    await fill(index, entries)
    await index.optimize()
    const asked = alikeTexts(3000).filter((_, n) => n % 73 === 0)
    const vectors = await new HashEmbedder({ dimensions: index.dimensions }).embed(asked, { as: 'query' })
    const scopes = [acme, ...Object.keys(usersOf20).map(userId => ({ ...acme, userId }))]
    for (const scope of scopes) await assertRecallOfAlike(index, oracle, vectors, scope)
  },
})
