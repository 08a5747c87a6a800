import { ok } from 'node:assert/strict'
import { ExactIndex } from '@agentmem/core'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertMatches, fill } from './assert-holds.ts'

/** The share of the true 10 nearest that an index must find, as a mean over the queries. */
const wanted = 0.95
const k = 10

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
})
