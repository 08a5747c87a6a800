import { innerProduct, packVector, TopK, unpackVector } from '@agentmem/core/adapter'
import type { Match, Scope, VectorQuery } from '@agentmem/core/adapter'
import type BetterSqlite3 from 'better-sqlite3'
import { placesPerScope } from './layout.ts'
import type { Layout } from './layout.ts'

/** Candidates beside the k that are asked for, so that rounding seldom needs a second pass. */
const spare = 64

/**
 * By how much a score computed from the distance may be off. Half of it is for vectors whose square is off
 * from 1 by 1e-4, as far as an embedder's may be; the rest for sums of squares in 32 bits.
 */
const slack = 5e-4

interface Candidate {
  readonly id: string
  readonly vector: Uint8Array
  readonly distance: number
}

/**
 * The true nearest of a scope. sqlite-vec goes through the scope's vectors and ranks them by Euclidean
 * distance, which for unit vectors is the order of the inner product but for rounding; the best are then
 * scored as every index of agentmem does. A second pass fetches all vectors that come near enough, and only when one
 * that was left out could still belong to the k best, because many score nearly alike.
 */
export function nearest(db: BetterSqlite3.Database, layout: Layout, query: VectorQuery): Match[] {
  const { vector, k, scope } = query
  const bytes = packVector(vector)
  const limit = k + spare
  const found = candidates(db, layout, scope, bytes, `order by distance limit ${limit}`)
  const best = rank(query, found)
  const worst = best.at(-1)?.score ?? -Infinity
  if (found.length < limit || scoreOf(found.at(-1)?.distance ?? Infinity) + slack < worst) return best
  const reach = Math.sqrt(Math.max(0, 2 - 2 * (worst - slack)))
  return rank(query, candidates(db, layout, scope, bytes, `where distance <= ${reach}`))
}

/** Of two unit vectors at this distance. */
function scoreOf(distance: number): number {
  return 1 - distance ** 2 / 2
}

function rank({ vector, k }: VectorQuery, found: readonly Candidate[]): Match[] {
  const best = new TopK(Math.min(k, found.length))
  for (const { id, vector: bytes } of found) best.push(id, innerProduct(vector, unpackVector(bytes), 0))
  return best.sorted()
}

/** `cross join` keeps the scopes on the outside: each is one stretch of the table. */
function candidates(
  db: BetterSqlite3.Database,
  { scopes, vectors }: Layout,
  scope: Scope,
  bytes: Uint8Array,
  which: string,
): Candidate[] {
  const { orgId, userId, agentId, runId } = scope
  const parts = { org_id: orgId, user_id: userId, agent_id: agentId, run_id: runId }
  const named = Object.entries(parts).filter(([, value]) => value !== undefined)
  const statement = db.prepare<unknown[], Candidate>(`
    select v.id, v.vector, near.distance
    from (
      select * from (
        select v.place, vec_distance_L2(v.vector, ?) as distance
        from ${scopes} s
        cross join ${vectors} v
          on v.place >= s.no * ${placesPerScope} and v.place < (s.no + 1) * ${placesPerScope}
        where ${named.map(([column]) => `s.${column} = ?`).join(' and ')}
      ) ${which}
    ) near
    cross join ${vectors} v on v.place = near.place
    order by near.distance`)
  return statement.all(bytes, ...named.map(([, value]) => value))
}
