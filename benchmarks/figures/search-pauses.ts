/**
 * How long a search of an index in memory may wait for what goes on beside it. One scope of 1,000 is searched without a
 * pause, while nothing happens, while changes come in and snapshots are taken, and while graphs are built and opened.
 *
 *   node benchmarks/figures/search-pauses.ts [--index usearch] [--size 300000] [--seconds 20]
 */
import { parseArgs } from 'node:util'

import { indexEntries, queryVectors } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core'

import { percentile } from '../measured/statistics.ts'
import { indexes } from '../opening/backends.ts'
import { makePlace } from '../opening/own-place.ts'
import { formatTable } from '../terminal/format-table.ts'

const { values } = parseArgs({
  options: {
    index: { type: 'string', default: 'usearch' },
    size: { type: 'string', default: '300000' },
    seconds: { type: 'string', default: '20' },
  },
})
const [dimensions, batchSize, k] = [384, 1_000, 10]
const org = { orgId: 'default' }
const queries = queryVectors(dimensions, 100, 1)
/** Made before: while this thread makes vectors it hears of no answer. */
const batches = Array.from({ length: 60 }, (_, n) => indexEntries(dimensions, batchSize, () => org, n + 1))
let cursor = 0

async function addBatch(index: VectorIndex): Promise<void> {
  const n = cursor / batchSize
  const scope = { ...org, userId: `user-${n}` }
  const entries = batches[n % batches.length] ?? []
  const upserts = entries.map(({ vector }, i) => ({ id: `entry-${cursor + i}`, scope, vector }))
  cursor += batchSize
  await index.apply({ upserts, deletes: [], cursor })
}

/** Searches the first user's scope again and again until the work beside it is done. */
async function searchBeside(index: VectorIndex, what: string, work: Promise<unknown>): Promise<string[]> {
  const over = new AbortController()
  const ended = work.finally(() => over.abort())
  const times: number[] = []
  for (let i = 0; !over.signal.aborted || i < queries.length; i++) {
    const vector = queries[i % queries.length] as Float32Array
    const began = performance.now()
    await index.search([{ vector, k, scope: { ...org, userId: 'user-0' } }])
    times.push(performance.now() - began)
  }
  await ended
  const shown = [0.5, 0.99, 1].map(part => percentile(times, part).toFixed(2))
  return [what, String(times.length), ...shown]
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Until there is a graph of every vector that gets one by itself. */
async function builtInBackground(index: VectorIndex): Promise<void> {
  await index.search([{ vector: queries[0] as Float32Array, k, scope: org }])
  for (let before = 0; before === 0;) {
    await pause(250)
    before = (await index.stats())['graphVectors'] as number
  }
}

const place = await makePlace([], {})
try {
  const row = indexes[values.index]
  if (!row)
    throw new Error(`There is no index '${values.index}'; there are ${Object.keys(indexes).join(', ')}.`)
  const index = await row.open({ folder: place.folder, urls: {} }, dimensions, {})
  while (cursor < Number(values.size)) await addBatch(index)
  await pause(5_000)
  const quiet = await searchBeside(index, 'nothing', pause(Number(values.seconds) * 1_000))
  const until = performance.now() + Number(values.seconds) * 1_000
  const adding = async (): Promise<void> => {
    while (performance.now() < until) await addBatch(index)
  }
  const rows = [quiet, await searchBeside(index, 'changes, snapshots', adding())]
  rows.push(await searchBeside(index, 'a graph in the background', builtInBackground(index)))
  rows.push(await searchBeside(index, 'optimize', index.optimize()))
  await index.close()
  console.log(formatTable(['beside', 'searches', 'p50 ms', 'p99 ms', 'longest ms'], rows))
} finally {
  await place.remove()
}
