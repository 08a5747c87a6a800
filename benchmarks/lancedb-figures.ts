/**
 * What @agentmem/lancedb's README says in figures. Vectors of 384 dimensions in clusters, the same at every run.
 *
 *   node benchmarks/lancedb-figures.ts search --size 10000     fill, search, recall, in all and in a hundredth
 *   node benchmarks/lancedb-figures.ts adds                    addBatch(1000) with and without it; [--flush-size 4096]
 *   node benchmarks/lancedb-figures.ts singles                 files, versions and search after 200 single adds
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { indexEntries, queryVectors } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Scope } from '@agentmem/core'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openSqliteStore } from '@agentmem/sqlite'

import {
  apply,
  dimensions,
  fill,
  flushSize,
  idleIndex,
  k,
  org,
  rate,
  searchColumns,
  searchTimes,
  seconds,
  trueMatches,
} from './index-figures.ts'
import { sampleTexts } from './sample-texts.ts'
import { median } from './statistics.ts'
import { formatTable } from './table.ts'

const queryCount = 100
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '10000' },
    'exact-up-to': { type: 'string' },
    'flush-size': { type: 'string' },
    probes: { type: 'string', multiple: true },
    candidates: { type: 'string', multiple: true },
  },
})

const folder = await mkdtemp(join(tmpdir(), 'agentmem-lancedb-'))
try {
  const jobs = { search: searchFigures, adds: addFigures, singles: singleFigures }
  const name = positionals[0] ?? ''
  if (!Object.hasOwn(jobs, name))
    throw new Error(`Usage: lancedb-figures.ts ${Object.keys(jobs).join(' | ')}`)
  await jobs[name as keyof typeof jobs]()
} finally {
  await rm(folder, { recursive: true })
}

/** Fills an index as a follower does, then searches it with each combination of the options given. */
async function searchFigures(): Promise<void> {
  const size = Number(values.size)
  const exactUpTo = values['exact-up-to'] === undefined ? undefined : Number(values['exact-up-to'])
  // A user has vectors of every cluster, of which there are 20.
  const userOf = (n: number): Scope => ({ ...org, userId: `user-${Math.floor(n / 20) % 100}` })
  const entries = indexEntries(dimensions, size, userOf)
  const queries = queryVectors(dimensions, queryCount)
  const scopes: readonly Scope[] = [org, { ...org, userId: 'user-7' }]
  const truths = await trueMatches(entries, queries, scopes)

  const path = join(folder, 'search')
  const writer = await openLancedbIndex({ path, dimensions, exactUpTo })
  const start = performance.now()
  await fill(writer, entries)
  const filled = performance.now()
  await writer.optimize()
  const optimized = performance.now()
  const { bytesOnDisk = 0, files, versions, indexKind, partitions } = await writer.stats()
  console.log(
    `${size} vectors: ${rate(size, filled - start)} in batches of ${flushSize}, then optimize() ` +
      `${seconds(optimized - filled)}; ${(bytesOnDisk / 1e6).toFixed(0)} MB, ${String(files)} data files, ` +
      `${String(versions)} versions, index ${String(indexKind)} (${String(partitions)})`,
  )
  await writer.close()

  const rows: string[][] = []
  for (const probes of values.probes ?? [undefined]) {
    for (const candidates of values.candidates ?? [undefined]) {
      const tuning = { probes: probes && Number(probes), candidates: candidates && Number(candidates) }
      const index = await openLancedbIndex({ path, dimensions, exactUpTo, ...tuning } as never)
      for (const [i, scope] of scopes.entries()) {
        const what = i === 0 ? 'all' : 'a hundredth'
        const figures = await searchTimes(index, truths[i] ?? [], queries, scope)
        rows.push([what, probes ?? '', candidates ?? '', ...figures])
      }
      await index.close()
    }
  }
  console.log(formatTable(['scope', 'probes', 'candidates', ...searchColumns], rows))
}

/** Batches acknowledged by a Memory whose index does nothing, and by one with this index, in turn. */
async function addFigures(): Promise<void> {
  const [rounds, perRound] = [5, 10]
  const rates = new Map<string, number[]>([
    ['no index', []],
    ['lancedb', []],
  ])
  const settled: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const [name, measured] of rates) {
      const place = join(folder, `adds-${round}-${name.replace(' ', '-')}`)
      const embedder = new HashEmbedder({ dimensions })
      const index = name === 'lancedb' ? await openLancedbIndex({ path: place, dimensions }) : idleIndex()
      const memory = await Memory.open({
        store: await openSqliteStore({ path: `${place}.db` }),
        index,
        embedder,
        follower: {
          flushSize: values['flush-size'] === undefined ? undefined : Number(values['flush-size']),
        },
      })
      const batches = Array.from({ length: perRound }, (_, i) => sampleTexts(1_000 * i, 1_000))
      await memory.addBatch(sampleTexts(900_000, 1_000), { userId: 'ana' })
      const started = performance.now()
      for (const batch of batches) await memory.addBatch(batch, { userId: 'ana' })
      const acknowledged = performance.now()
      measured.push((1_000 * perRound) / ((acknowledged - started) / 1_000))
      await memory.flush()
      if (name === 'lancedb') settled.push(performance.now() - started)
      await memory.close()
    }
  }
  const [without = 0, with_ = 0] = [...rates.values()].map(median)
  console.log(`addBatch(1000), ${perRound} in a row, median of ${rounds}, in turn:`)
  console.log(
    `  no index ${without.toFixed(0)}/s, lancedb ${with_.toFixed(0)}/s: ${(with_ / without).toFixed(2)}`,
  )
  console.log(`  everything in the index after ${seconds(median(settled))} for ${perRound}k`)
}

/** What single adds leave behind once the background has settled, and how a search does beside a fresh table. */
async function singleFigures(): Promise<void> {
  const embedder = new HashEmbedder({ dimensions })
  const texts = sampleTexts(0, 200)
  for (const flushed of [false, true]) {
    const place = join(folder, `singles-${flushed}`)
    const index = await openLancedbIndex({ path: place, dimensions, keepVersionsMs: 2_000 })
    const memory = await Memory.open({
      store: await openSqliteStore({ path: `${place}.db` }),
      index,
      embedder,
    })
    const started = performance.now()
    let mostFiles = 0
    for (const [i, text] of texts.entries()) {
      await memory.add(text, { userId: 'ana' })
      if (flushed) await memory.flush()
      if (i % 20 === 0) mostFiles = Math.max(mostFiles, Number((await index.stats())['files']))
    }
    await memory.flush()
    const added = performance.now()
    // Twice the time for which replaced versions are kept, and what the background takes.
    await delay(6_000)
    const { files, versions } = await index.stats()

    const fresh = await openLancedbIndex({ path: `${place}-fresh`, dimensions })
    const vectors = await embedder.embed(texts)
    const scope = { orgId: 'default', userId: 'ana' }
    await apply(
      fresh,
      vectors.map((vector, i) => ({ id: `id-${i}`, scope, vector })),
      0,
    )
    const [own, ideal]: [number[], number[]] = [[], []]
    for (const vector of [...vectors, ...vectors]) {
      for (const [searched, times] of [
        [index, own],
        [fresh, ideal],
      ] as const) {
        const before = performance.now()
        await searched.search([{ vector, k, scope }])
        times.push(performance.now() - before)
      }
    }
    const [a, b] = [median(own.slice(100)), median(ideal.slice(100))]
    console.log(
      `200 single adds${flushed ? ', each flushed' : ''}: ${seconds(added - started)}, at most ${mostFiles} files ` +
        `meanwhile; settled ${String(files)} data files, ${String(versions)} versions; search ${a.toFixed(2)} ms, ` +
        `freshly built ${b.toFixed(2)} ms: ${(a / b).toFixed(2)}`,
    )
    await memory.close()
    await fresh.close()
  }
}
