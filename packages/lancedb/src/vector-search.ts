import { innerProduct, TopK } from '@agentmem/core/adapter'
import type { Match, VectorQuery } from '@agentmem/core/adapter'
import { readRows } from './arrow-rows.ts'
import { liveFilter, scopeFilter } from './filter.ts'
import type { LancedbSettings } from './lancedb-options.ts'
import type { VectorTable } from './vector-table.ts'

/** LanceDB computes distances in 32-bit floats: scores nearer than this may stand in either order there. */
const rounding = 1e-5
/** From here on it is worth a count to ask for no more than there is. */
const largeK = 1_000

/**
 * The nearest vectors of a scope. LanceDB gives candidates, more than are asked for; every score is computed
 * here from the vector itself, so that it is the same whichever way it was found.
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
  // The nearest of a scope lie as far apart as it is rare.
  const share = count / Math.max(count, await table.count(liveFilter))
  const probes = Math.min(index.partitions, Math.ceil(settings.probes / share))
  const found = await nearest(table, settings, query, filter, count, probes)
  return found.length < query.k ? nearest(table, settings, query, filter, count) : found
}

/** Scans the scope, or looks into the `probes` nearest parts of the index. */
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
    // Otherwise what was left out may score as much as what got in, and has a smaller id perhaps.
    if (rows < asked || asked === count || worst < best.threshold - rounding) return best.sorted()
  }
}
