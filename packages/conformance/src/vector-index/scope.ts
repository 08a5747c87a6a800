import { deepEqual, equal, ok } from 'node:assert/strict'
import { inScope } from '@agentmem/core/adapter'
import type { Scope, VectorIndex } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { indexEntries, queryVectors } from '../data/index-entries.ts'
import { Random } from '../data/random.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertMatches, fill, nearest, searchOne } from './assert-holds.ts'

function randomScope(random: Random): Scope {
  const part = (names: readonly (string | undefined)[]): string | undefined => random.pick(names)
  return {
    orgId: random.next() < 0.8 ? 'acme' : 'other',
    userId: part(['alice', 'bob', undefined]),
    agentId: part(['agent-1', 'agent-2', undefined]),
    runId: part(['run-1', undefined]),
  }
}

export const scopeCases: readonly Case<VectorIndex>[] = casesOf('scope', {
  'gives what the scope holds and nothing else, for every mix of parts': async index => {
    const random = new Random(11)
    const scopes = Array.from({ length: 400 }, () => randomScope(random))
    const entries = indexEntries(index.dimensions, 400, n => scopes[n] ?? { orgId: 'acme' })
    await fill(index, entries)
    const [vector] = queryVectors(index.dimensions, 1)
    ok(vector)
    for (let i = 0; i < 60; i++) {
      const scope = randomScope(random)
      const matches = await searchOne(index, vector, 400, scope)
      const expected = entries.filter(entry => inScope(entry.scope, scope))
      const ids = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id).toSorted()
      deepEqual(ids(matches), ids(expected), `scope ${JSON.stringify(scope)}`)
    }
  },

  'an organization sees nothing of another': async index => {
    const entries = indexEntries(index.dimensions, 100, n => ({
      orgId: n === 50 ? 'small' : 'acme',
      userId: 'alice',
    }))
    await fill(index, entries)
    for (const vector of queryVectors(index.dimensions, 10)) {
      for (const scope of [{ orgId: 'small' }, { orgId: 'small', userId: 'alice' }]) {
        const matches = await searchOne(index, vector, 10, scope)
        deepEqual(
          matches.map(match => match.id),
          ['entry-000050'],
        )
      }
      deepEqual(await searchOne(index, vector, 10, { orgId: 'nobody' }), [])
    }
  },

  'a scope of 5 among 2,000 is found whole': async index => {
    const small = { orgId: 'acme', runId: 'small' }
    const entries = indexEntries(index.dimensions, 2000, n =>
      n % 400 === 13 ? small : { orgId: 'acme', runId: 'big' },
    )
    await fill(index, entries)
    await index.optimize()
    for (const vector of queryVectors(index.dimensions, 20)) {
      assertMatches(await searchOne(index, vector, 10, small), nearest(entries, vector, 10, small))
    }
  },

  'a filter that names less sees more': async index => {
    const scope = { orgId: 'acme', userId: 'alice', agentId: 'agent', runId: 'run' }
    const [entry] = indexEntries(index.dimensions, 1, () => scope)
    ok(entry)
    await index.apply({ upserts: [entry], deletes: [], cursor: 1 })
    const { orgId, userId, agentId, runId } = scope
    const filters: Scope[] = [
      { orgId },
      { orgId, userId },
      { orgId, agentId },
      { orgId, runId },
      { orgId, userId, agentId },
      { orgId, userId, runId },
      { orgId, agentId, runId },
      scope,
    ]
    for (const filter of filters) {
      equal((await searchOne(index, entry.vector, 1, filter)).length, 1, JSON.stringify(filter))
    }
  },

  'names that look alike are different scopes': async index => {
    const entries = indexEntries(index.dimensions, hostileStrings.length, n => ({
      orgId: 'acme',
      userId: hostileStrings[n] ?? 'none',
    }))
    await fill(index, entries)
    for (const { id, scope, vector } of entries) {
      const matches = await searchOne(index, vector, 10, scope)
      deepEqual(
        matches.map(match => match.id),
        [id],
        `user ${JSON.stringify(scope.userId)}`,
      )
    }
  },

  'ids that look alike are different vectors': async index => {
    const vectors = indexEntries(index.dimensions, hostileStrings.length)
    const entries = vectors.map((entry, n) => ({ ...entry, id: hostileStrings[n] ?? 'none' }))
    await index.apply({ upserts: entries, deletes: [], cursor: 1 })
    equal((await index.stats()).vectors, hostileStrings.length)
    for (const { id, scope, vector } of entries) {
      equal((await searchOne(index, vector, 1, scope))[0]?.id, id)
    }
    const [first] = hostileStrings
    await index.apply({ upserts: [], deletes: [first ?? ''], cursor: 2 })
    equal((await index.stats()).vectors, hostileStrings.length - 1)
  },
})
