import { innerProduct, TopK } from '@agentmem/core/adapter'
import type { Match, VectorQuery } from '@agentmem/core/adapter'
import { readRows } from './arrow-rows.ts'
import { liveFilter, scopeFilter } from './filter.ts'
import type { LancedbSettings } from './lancedb-options.ts'
import type { VectorTable } from './vector-table.ts'

/** LanceDB computes distances in 32-bit floats: it may give scores that differ by less than this in either order. */
const rounding = 1e-5
/** For a larger k a count is worth its time: no more is asked for than there is. */
const largeK = 1_000

/**
 * The nearest vectors of a scope. LanceDB gives more candidates than are asked for; every score is computed here
 * from the vector itself, so that a scan and the index give the same score.
 */
export async function searchTable(
  table: VectorTable,
  settings: LancedbSettings,
  query: VectorQuery,
): Promise<Match[]> {
  const { index } = await table.known()
  const filter = scopeFilter(query.scope)
  if (!index && query.k <= largeK) return nearest(table, settings, query, filter, Infinity)
  const count = await table.count(filter)
  if (count === 0) return []
  if (!index || count <= Math.max(settings.exactUpTo, 8 * query.k)) {
    return nearest(table, settings, query, filter, count)
  }
  // The rarer the scope, the more partitions its nearest vectors are spread over.
  const share = count / Math.max(count, await table.count(liveFilter))
  const probes = Math.min(index.partitions, Math.ceil(settings.probes / share))
  const found = await nearest(table, settings, query, filter, count, probes)
  return found.length < query.k ? nearest(table, settings, query, filter, count) : found
}

/** Scans the scope, or reads the `probes` nearest partitions of the index. */
async function nearest(
  table: VectorTable,
  { dimensions, candidates }: LancedbSettings,
  { vector, k }: VectorQuery,
  filter: string,
  count: number,
  probes?: number,
): Promise<Match[]> {
  for (let limit = 2 * k + 16; ; limit *= 4) {
    const asked = Math.min(limit, count)
    const batches = await table.read(lance => {
      const query = lance.query().nearestTo(vector).distanceType('cosine').where(filter)
      query.select(['id', 'vector', '_distance']).limit(asked)
      if (probes === undefined) return query.bypassVectorIndex()
      return query.nprobes(probes).refineFactor(Math.ceil(candidates / asked))
    })
    const best = new TopK(k)
    let rows = 0
    let worst = Infinity
    for (const { id, values, start } of readRows(batches, dimensions)) {
      const score = innerProduct(vector, values, start)
      best.push(id, score)
      worst = Math.min(worst, score)
      rows++
    }
    // Otherwise a vector that was left out may have the score of one that got in, and a smaller id.
    if (rows < asked || asked === count || worst < best.threshold - rounding) return best.sorted()
  }
}
