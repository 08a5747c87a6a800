/**
 * What awaited single adds leave behind in a LanceDB table once the background has settled, and how a search of it
 * does beside one of a freshly built table, in turn. Each way takes some ten seconds.
 *
 *   node benchmarks/figures/lancedb-single-adds.ts [--adds 200]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { HashEmbedder, Memory } from '@agentmem/core'
import type { VectorIndex } from '@agentmem/core'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openSqliteStore } from '@agentmem/sqlite'

import { formatNumber } from '../measured/format-number.ts'
import { median } from '../measured/statistics.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { formatTable } from '../terminal/format-table.ts'

const count = Number(parseArgs({ options: { adds: { type: 'string', default: '200' } } }).values.adds)
const embedder = new HashEmbedder()
const { dimensions } = embedder
const texts = sampleTexts(0, count)
const keepVersionsMs = 2_000

const folder = await mkdtemp(join(tmpdir(), 'agentmem-lancedb-'))
try {
  const rows = [await measure('nothing', false), await measure('flush()', true)]
  const headings = ['each followed by', 'took s', 'most files', 'files', 'versions', 'search ms', 'fresh ms']
  console.log(`${count} single adds on SQLite + lancedb; files and versions of the settled table`)
  console.log(formatTable([...headings, 'of fresh'], rows))
} finally {
  await rm(folder, { recursive: true })
}

async function measure(name: string, flushed: boolean): Promise<string[]> {
  const path = join(folder, flushed ? 'flushed' : 'plain')
  const index = await openLancedbIndex({ path, dimensions, keepVersionsMs })
  const store = await openSqliteStore({ path: `${path}.db` })
  const memory = await Memory.open({ store, index, embedder })
  const start = performance.now()
  let mostFiles = 0
  for (const [i, text] of texts.entries()) {
    await memory.add(text, { userId: 'user' })
    if (flushed) await memory.flush()
    if (i % 20 === 0) mostFiles = Math.max(mostFiles, Number((await index.stats())['files']))
  }
  await memory.flush()
  const took = performance.now() - start
  // Three times as long as replaced versions are kept: the background has a part of it.
  await delay(3 * keepVersionsMs)
  const { files, versions } = await index.stats()
  const [own, fresh] = await compareWithFresh(`${path}-fresh`, index)
  await memory.close()
  return [
    name,
    (took / 1_000).toFixed(1),
    ...[mostFiles, Number(files), Number(versions)].map(String),
    own.toFixed(2),
    fresh.toFixed(2),
    formatNumber(own / fresh),
  ]
}

/** Medians of searches by every vector, in milliseconds: of the index, and of one that is built in one go. */
async function compareWithFresh(path: string, index: VectorIndex): Promise<[own: number, fresh: number]> {
  const fresh = await openLancedbIndex({ path, dimensions })
  const vectors = await embedder.embed(texts)
  const scope = { orgId: 'default', userId: 'user' }
  const upserts = vectors.map((vector, i) => ({ id: `id-${i}`, scope, vector }))
  await fresh.apply({ upserts, deletes: [], cursor: count, after: 0 })
  const times = new Map<VectorIndex, number[]>([
    [index, []],
    [fresh, []],
  ])
  for (const [i, vector] of [...vectors, ...vectors].entries()) {
    for (const [searched, samples] of times) {
      const before = performance.now()
      await searched.search([{ vector, k: 10, scope }])
      // The first half warms up.
      if (i >= vectors.length) samples.push(performance.now() - before)
    }
  }
  await fresh.close()
  const [own = Number.NaN, ideal = Number.NaN] = [...times.values()].map(median)
  return [own, ideal]
}
