import type { IndexEntry, Scope } from '@agentmem/core/adapter'
import { Random } from './random.ts'
import { clusteredVectors, unitVectorNear } from './vectors.ts'

export const acme: Scope = { orgId: 'acme' }
export const alice: Scope = { orgId: 'acme', userId: 'alice' }

/** Entries 0 to count - 1 with clustered vectors: always the same for the same seed. */
export function indexEntries(
  dimensions: number,
  count: number,
  scopeOf: (n: number) => Scope = () => alice,
  seed = 1,
): IndexEntry[] {
  return clusteredVectors(new Random(seed), count, dimensions).map((vector, n) => ({
    id: `entry-${String(n).padStart(6, '0')}`,
    scope: scopeOf(n),
    vector,
  }))
}

/** Vectors to search with, of the same clusters as the entries of that seed. */
export function queryVectors(dimensions: number, count: number, seed = 1): Float32Array[] {
  const random = new Random(seed + 1000)
  const near = clusteredVectors(new Random(seed), count, dimensions)
  return near.map(vector => unitVectorNear(random, vector, 0.3))
}
