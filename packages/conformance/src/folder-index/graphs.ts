import { deepEqual, equal, ok } from 'node:assert/strict'
import { ExactIndex } from '@agentmem/core'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import type { FolderIndex } from './folder-index.ts'

const dimensions = 64
/** The share of the true nearest that must be found: more than `indexCases` asks of every index. */
const wanted = 0.98
/** Vectors of a scope in which all must be found. */
const few = 100
/** Users by their share of the entries in percent, each spread over all clusters; the last one has the rest. */
const shares = { one: 1, two: 2, five: 5, ten: 10, twenty: 20, rest: 62 }

export const graphCases: readonly Case<FolderIndex>[] = casesOf<FolderIndex>('graphs', {
  'find the nearest in shares of every size, with the very scores of an exact search': async ({ open }) => {
    const users = Object.entries(shares).flatMap(([userId, share]) => Array<string>(share).fill(userId))
    const entries = indexEntries(dimensions, 5_000, n => ({
      ...acme,
      userId: users[Math.floor(n / 20) % 100],
      agentId: n % 20 < 10 ? 'of half of the clusters' : 'of the others',
    }))
    await using index = await open({ dimensions })
    await applyAll(index, entries)
    await index.optimize()
    equal((await index.stats())['graphVectors'], entries.length)
    const truth = await exactly(entries)
    const scopes = [...Object.keys(shares).map(userId => ({ ...acme, userId })), acme]
    for (const scope of [...scopes, { ...acme, agentId: 'of half of the clusters' }]) {
      for (const k of [10, 100]) await assertFinds(index, truth, scope, k)
    }
  },

  'give all of a scope when k is larger': async ({ open }) => {
    const alice = { ...acme, userId: 'alice' }
    const entries = indexEntries(dimensions, 600, n => (n < 120 ? alice : { ...acme, userId: 'bob' }))
    await using index = await open({ dimensions })
    await applyAll(index, entries)
    await index.optimize()
    const [vector = new Float32Array()] = queryVectors(dimensions, 1)
    const [ofAlice = [], ofAll = []] = await index.search([
      { vector, k: 1_000, scope: alice },
      { vector, k: Number.MAX_SAFE_INTEGER, scope: acme },
    ])
    deepEqual(
      ofAlice.map(({ id }) => id).toSorted(),
      entries.slice(0, 120).map(({ id }) => id),
    )
    equal(ofAll.length, 600)
  },

  'find the nearest after most was replaced or deleted, and nothing that is gone': async ({ open }) => {
    let entries = indexEntries(dimensions, 1_500, () => acme)
    await using index = await open({ dimensions })
    await applyAll(index, entries)
    await index.optimize()
    for (const seed of [7, 8, 9]) {
      const moved = indexEntries(dimensions, 1_500, () => acme, seed)
      entries = entries.map((entry, n) => (n % 2 === seed % 2 ? (moved[n] ?? entry) : entry))
      const upserts = entries.filter((_, n) => n % 2 === seed % 2)
      await index.apply({ upserts, deletes: [], cursor: seed })
      await index.optimize()
    }
    for (const left of [1_400, 700]) {
      const gone = entries.slice(left).map(({ id }) => id)
      entries = entries.slice(0, left)
      await index.apply({ upserts: [], deletes: gone, cursor: 10_000 - left })
      await assertFinds(index, await exactly(entries), acme, 50)
      await index.optimize()
      await assertFinds(index, await exactly(entries), acme, 50)
      equal((await index.stats()).vectors, left)
    }
  },
})

async function applyAll(index: VectorIndex, upserts: readonly IndexEntry[]): Promise<void> {
  await index.apply({ upserts, deletes: [], cursor: upserts.length })
}

async function exactly(entries: readonly IndexEntry[]): Promise<VectorIndex> {
  const truth = new ExactIndex(dimensions)
  await applyAll(truth, entries)
  return truth
}

/** Fails unless an index finds enough of the true nearest of 50 queries, each with its exact score, and nothing that is not there. */
async function assertFinds(index: VectorIndex, truth: VectorIndex, scope: Scope, k: number): Promise<void> {
  const queries = queryVectors(dimensions, 50).map(vector => ({ vector, k, scope }))
  const all = await truth.search(queries.map(query => ({ ...query, k: Number.MAX_SAFE_INTEGER })))
  const answers = await index.search(queries)
  let [found, there] = [0, 0]
  for (const [i, matches] of answers.entries()) {
    const scores = new Map(all[i]?.map(({ id, score }) => [id, score]))
    const nearest = new Set([...scores.keys()].slice(0, k))
    for (const { id, score } of matches) {
      equal(score, scores.get(id), `the score of '${id}'`)
      if (nearest.has(id)) found++
    }
    there += nearest.size
  }
  const least = (all[0]?.length ?? 0) <= few ? there : wanted * there
  ok(found >= least, `of the ${there} nearest in ${JSON.stringify(scope)}, k = ${k}, it finds ${found}`)
}
