import { equal, ok } from 'node:assert/strict'
import { compareMatches, inScope } from '@agentmem/core/adapter'
import type { IndexEntry, Match, Scope, VectorIndex } from '@agentmem/core/adapter'
import { dot } from '../data/vectors.ts'

/** Fills an index in batches of 500, the cursor at the number of entries. */
export async function fill(index: VectorIndex, entries: readonly IndexEntry[]): Promise<void> {
  for (let start = 0; start < entries.length; start += 500) {
    const upserts = entries.slice(start, start + 500)
    await index.apply({ upserts, deletes: [], cursor: start + upserts.length })
  }
}

/** The answer to one query. */
export async function searchOne(
  index: VectorIndex,
  vector: Float32Array,
  k: number,
  scope: Scope,
): Promise<Match[]> {
  const [matches] = await index.search([{ vector, k, scope }])
  ok(matches, 'search returned no list for its query')
  return matches
}

/** The true answer, in double precision. */
export function nearest(
  entries: readonly IndexEntry[],
  vector: Float32Array,
  k: number,
  scope: Scope,
): Match[] {
  return entries
    .filter(entry => inScope(entry.scope, scope))
    .map(entry => ({ id: entry.id, score: dot(entry.vector, vector) }))
    .toSorted(compareMatches)
    .slice(0, k)
}

/** Scores nearer than this may stand in either order: rounding decides. */
const tie = 1e-6

/** Fails unless these are the matches, in this order, with these scores within 1e-5. */
export function assertMatches(actual: readonly Match[], expected: readonly Match[]): void {
  equal(actual.length, expected.length, 'number of matches')
  const scoreOf = new Map(expected.map(match => [match.id, match.score]))
  const last = expected.at(-1)?.score
  for (const [i, { id, score }] of expected.entries()) {
    const match = actual[i] as Match
    const difference = Math.abs(match.score - score)
    ok(difference <= 1e-5, `the score at rank ${i} is ${match.score}, off by ${difference}`)
    const tied = Math.abs((scoreOf.get(match.id) ?? last ?? NaN) - score) <= tie
    ok(match.id === id || tied, `'${match.id}' stands at rank ${i}, where '${id}' belongs`)
  }
  equal(new Set(actual.map(match => match.id)).size, actual.length, 'an id was given twice')
}

/** Fails unless the index holds exactly these entries and this cursor, and finds each by its own vector. */
export async function assertHolds(
  index: VectorIndex,
  entries: readonly IndexEntry[],
  cursor: number,
): Promise<void> {
  equal(await index.cursor(), cursor, 'cursor')
  equal((await index.stats()).vectors, entries.length, 'stats().vectors')
  const queries = entries.map(({ vector, scope }) => ({ vector, scope, k: 1 }))
  const answers = await index.search(queries)
  for (const [i, { id, vector }] of entries.entries()) {
    const [best] = answers[i] ?? []
    ok(best, `nothing was found for the vector of '${id}'`)
    ok(Math.abs(best.score - dot(vector, vector)) <= 1e-5, `'${id}' is not found by its own vector`)
  }
}
