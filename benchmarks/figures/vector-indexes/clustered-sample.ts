import { indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex } from '@agentmem/core'
import type { Scope } from '@agentmem/core'
import type { IndexEntry, Match } from '@agentmem/core/adapter'

import { dimensions } from './subject.ts'

/** Matches that each query asks for. */
export const k = 10

/** Queries in one scope, and the true nearest of each. */
export interface Questions {
  readonly of: string
  readonly scope: Scope
  readonly queries: readonly Float32Array[]
  readonly truths: readonly (readonly Match[])[]
}

const org: Scope = { orgId: 'default' }

/**
 * Seeded vectors in 20 clusters, the same at every run. A user has a hundredth of them, of every cluster, and an agent
 * has those of ten users.
 */
export function clusteredEntries(size: number): IndexEntry[] {
  return indexEntries(dimensions, size, n => {
    const user = Math.floor(n / 20) % 100
    return { ...org, userId: `user-${user}`, agentId: `agent-${user % 10}` }
  })
}

/** So many queries near the clusters, in all, in a tenth and in a hundredth. */
export async function questionsOn(entries: readonly IndexEntry[], count: number): Promise<Questions[]> {
  const exact = new ExactIndex(dimensions)
  await exact.apply({ upserts: entries, deletes: [], cursor: entries.length })
  const queries = queryVectors(dimensions, count)
  const scopes = {
    all: org,
    'a tenth': { ...org, agentId: 'agent-3' },
    'a hundredth': { ...org, userId: 'user-7' },
  }
  return Promise.all(
    Object.entries(scopes).map(async ([of, scope]) => ({
      of,
      scope,
      queries,
      truths: await exact.search(queries.map(vector => ({ vector, k, scope }))),
    })),
  )
}
