import { deepEqual, equal, ok } from 'node:assert/strict'
import type { VectorIndex } from '@agentmem/core/adapter'
import { acme, alice, indexEntries, queryVectors } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertMatches, fill, nearest, searchOne } from './assert-holds.ts'

export const searchCases: readonly Case<VectorIndex>[] = casesOf('search', {
  'gives the best first, with their cosine': async index => {
    const entries = indexEntries(index.dimensions, 50)
    await fill(index, entries)
    for (const vector of queryVectors(index.dimensions, 10)) {
      assertMatches(await searchOne(index, vector, 10, acme), nearest(entries, vector, 10, acme))
    }
  },

  'orders equal scores by id': async index => {
    const [entry] = indexEntries(index.dimensions, 1)
    ok(entry)
    const ids = ['m', 'c', 'z', 'a', 'k', 'b', 'aa', 'x1', 'x0']
    const upserts = ids.map(id => ({ ...entry, id }))
    await index.apply({ upserts, deletes: [], cursor: 9 })
    const matches = await searchOne(index, entry.vector, 9, acme)
    deepEqual(
      matches.map(match => match.id),
      ids.toSorted(),
    )
  },

  'gives all there are when k is larger': async index => {
    const entries = indexEntries(index.dimensions, 5)
    await fill(index, entries)
    const [vector] = queryVectors(index.dimensions, 1)
    ok(vector)
    assertMatches(await searchOne(index, vector, 100, acme), nearest(entries, vector, 5, acme))
  },

  'answers several queries at once, each with its own k and scope': async index => {
    const entries = indexEntries(index.dimensions, 60, n =>
      n % 2 === 0 ? alice : { orgId: 'acme', userId: 'bob' },
    )
    await fill(index, entries)
    const queries = queryVectors(index.dimensions, 12).map((vector, i) => ({
      vector,
      k: i + 1,
      scope: i % 3 === 0 ? alice : acme,
    }))
    const answers = await index.search(queries)
    equal(answers.length, queries.length)
    for (const [i, { vector, k, scope }] of queries.entries()) {
      assertMatches(answers[i] ?? [], nearest(entries, vector, k, scope))
    }
  },

  'an empty index has nothing to give': async index => {
    const [vector] = queryVectors(index.dimensions, 1)
    ok(vector)
    deepEqual(await searchOne(index, vector, 10, acme), [])
  },

  'no queries, no answers': async index => {
    deepEqual(await index.search([]), [])
    deepEqual(await index.get([]), [])
  },

  'knows opposite and orthogonal vectors': async index => {
    const axis = (d: number, value: number): Float32Array =>
      Float32Array.from({ length: index.dimensions }, (_, i) => (i === d ? value : 0))
    const upserts = [
      { id: 'opposite', scope: alice, vector: axis(0, -1) },
      { id: 'orthogonal', scope: alice, vector: axis(1, 1) },
      { id: 'same', scope: alice, vector: axis(0, 1) },
    ]
    await index.apply({ upserts, deletes: [], cursor: 3 })
    assertMatches(await searchOne(index, axis(0, 1), 3, acme), [
      { id: 'same', score: 1 },
      { id: 'orthogonal', score: 0 },
      { id: 'opposite', score: -1 },
    ])
  },

  'finds what was applied just before': async index => {
    const entries = indexEntries(index.dimensions, 30)
    for (const [i, entry] of entries.entries()) {
      await index.apply({ upserts: [entry], deletes: [], cursor: i + 1 })
      const [best] = await searchOne(index, entry.vector, 1, acme)
      equal(best?.id, entry.id)
    }
  },

  'searches beside an apply see the index before or after it': async index => {
    const entries = indexEntries(index.dimensions, 300)
    await fill(index, entries.slice(0, 150))
    const vectors = queryVectors(index.dimensions, 5)
    const applying = index.apply({ upserts: entries.slice(150), deletes: [], cursor: 300 })
    const answers = await Promise.all(vectors.map(vector => searchOne(index, vector, 5, acme)))
    await applying
    const ids = new Set(entries.map(entry => entry.id))
    for (const [i, vector] of vectors.entries()) {
      equal(answers[i]?.length, 5)
      ok(answers[i]?.every(match => ids.has(match.id)))
      assertMatches(await searchOne(index, vector, 5, acme), nearest(entries, vector, 5, acme))
    }
  },
})
