/**
 * How long a search waits for what an index does beside it: searches of a scope of 300, one after the other, while nothing else
 * is done, while batches are applied and snapshots taken of them, and while a graph is built in the background and comes
 * into use. The longest is the pause. A graph takes minutes.
 *
 *   node benchmarks/figures/search-pauses.ts [--size 300000] [--changes 60000]
 */
import { indexEntries, queryVectors } from '@agentmem/conformance'
import type { Scope, VectorIndex } from '@agentmem/core'
import type { LogBatch } from '@agentmem/core/adapter'
import { openUsearchIndex } from '@agentmem/usearch'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { formatNumber } from '../measured/format-number.ts'
import { percentile } from '../measured/statistics.ts'
import { makePlace } from '../opening/own-place.ts'
import { formatTable } from '../terminal/format-table.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '300000' },
    changes: { type: 'string', default: '60000' },
  },
})
const [size, changes] = [Number(values.size), Number(values.changes)]
const dimensions = 384
const batchSize = 1_000
/** Before and after a graph is first seen. */
const aroundMs = 1_000
const org: Scope = { orgId: 'default' }
const ana: Scope = { ...org, userId: 'ana' }
const queries = queryVectors(dimensions, 100, 1)

interface Search {
  readonly at: number
  readonly ms: number
}

const place = await makePlace([], {})
const index = await openUsearchIndex({ path: join(place.folder, 'vectors'), dimensions })
try {
  for (let start = 0; start < size; start += batchSize) await index.apply(batchAt(start))
  // Made before: making them would hold up the thread that takes the time.
  const batches = Array.from({ length: changes / batchSize }, (_, n) => batchAt(size + n * batchSize))
  await delay(5_000)
  const alone = await searchDuring(index, delay(10_000))
  const beside = await searchDuring(index, applyAll(index, batches))
  const arrival = untilGraph(index)
  const all = await searchDuring(index, arrival)
  const seen = await arrival
  const rows = [
    rowOf('nothing else', alone),
    rowOf(`${formatNumber(changes)} more, and snapshots`, beside),
    rowOf('a graph is built', all.slice(0, countUntil(all, seen - aroundMs))),
    rowOf('it comes into use', all.slice(countUntil(all, seen - aroundMs))),
  ]
  console.log(`${formatNumber(size)} vectors, a scope of ${formatNumber(size / batchSize)}; ms`)
  console.log(formatTable(['meanwhile', 'searches', 'p50', 'p99', 'longest'], rows))
} finally {
  await index.close()
  await place.remove()
}

/** One vector of each thousand is of the scope that is searched. */
function batchAt(start: number): LogBatch {
  const entries = indexEntries(dimensions, batchSize, n => (n === 0 ? ana : org), 1 + start / batchSize)
  const upserts = entries.map((entry, n) => ({ ...entry, id: `entry-${start + n}` }))
  return { upserts, deletes: [], cursor: start + batchSize, after: start }
}

/** Searches until `work` has ended. */
async function searchDuring(index: VectorIndex, work: Promise<unknown>): Promise<Search[]> {
  const searches: Search[] = []
  const over = { is: false }
  const ended = work.finally(() => (over.is = true))
  while (!over.is) {
    const vector = queries[searches.length % queries.length] ?? new Float32Array(dimensions)
    const start = performance.now()
    await index.search([{ vector, k: 10, scope: ana }])
    searches.push({ at: start, ms: performance.now() - start })
    await delay(1)
  }
  await ended
  return searches
}

function countUntil(searches: readonly Search[], moment: number): number {
  return searches.filter(({ at }) => at < moment).length
}

function rowOf(meanwhile: string, searches: readonly Search[]): string[] {
  const times = searches.map(({ ms }) => ms)
  const figures = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)]
  return [meanwhile, formatNumber(times.length), ...figures.map(time => time.toFixed(1))]
}

/** Applies them at a pace at which searches come between, and waits for the last snapshot. */
async function applyAll(index: VectorIndex, batches: readonly LogBatch[]): Promise<void> {
  for (const batch of batches) {
    await index.apply(batch)
    await delay(50)
  }
  await delay(3_000)
}

/** A search of everything makes the index want graphs. Resolves some time after one has come, with the moment when it did. */
async function untilGraph(index: VectorIndex): Promise<number> {
  await index.search([{ vector: queries[0] ?? new Float32Array(dimensions), k: 10, scope: org }])
  while (((await index.stats()).graphVectors ?? 0) === 0) await delay(20)
  const seen = performance.now()
  await delay(aroundMs)
  return seen
}
