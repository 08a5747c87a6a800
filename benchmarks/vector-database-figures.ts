/**
 * What the READMEs of @agentmem/sqlite-vec and @agentmem/pgvector say in figures. Vectors of 384 dimensions in
 * clusters, the same at every run. pgvector runs in a PGlite on disk, or on the server of AGENTMEM_POSTGRES_URL.
 *
 *   node benchmarks/vector-database-figures.ts sqlite-vec search --size 10000    fill, search, recall, size
 *   node benchmarks/vector-database-figures.ts pgvector search --size 10000 --ef-search 100 --ef-search 200
 *   node benchmarks/vector-database-figures.ts sqlite-vec adds                   addBatch(1000) with it and without
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { indexEntries, queryVectors } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Scope, Store, VectorIndex } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'

import {
  dimensions,
  fill,
  flushSize,
  idleIndex,
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
const scopes: readonly Scope[] = [org, { ...org, agentId: 'agent-3' }, { ...org, userId: 'user-7' }]
const server = process.env['AGENTMEM_POSTGRES_URL']

/** An index at a place of its own, whichever it is. */
interface Subject {
  openStore(place: string): Promise<Store>
  /** By itself, or in the transactions of a Store. */
  openIndex(place: string, options: object, store?: Store): Promise<VectorIndex>
  remove(place: string): Promise<void>
}

const sqliteVec: Subject = {
  openStore: place => openSqliteStore({ path: join(folder, `${place}.db`) }),
  openIndex: (place, options, store) =>
    openSqliteVecIndex({
      ...(store ? { store } : { path: join(folder, `${place}.db`) }),
      dimensions,
      ...options,
    }),
  remove: async () => undefined,
}

const pgvector: Subject = {
  async openStore(schema) {
    return server
      ? openPostgresStore({ url: server, schema })
      : openPgliteStore({ db: await pglite(), schema })
  },
  async openIndex(schema, options, store) {
    const place = store ? { store } : server ? { url: server, schema } : { pglite: await pglite(), schema }
    return openPgvectorIndex({ ...place, dimensions, ...options })
  },
  async remove(schema) {
    if (!server) await (await pglite()).exec(`drop schema ${schema} cascade`)
  },
}

let database: Promise<PGlite> | undefined
function pglite(): Promise<PGlite> {
  database ??= PGlite.create({ dataDir: join(folder, 'pglite'), extensions: { vector } })
  return database
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '10000' },
    'ef-search': { type: 'string', multiple: true },
    'exact-up-to': { type: 'string' },
  },
})
const folder = await mkdtemp(join(tmpdir(), 'agentmem-figures-'))
try {
  const subjects: Readonly<Record<string, Subject>> = { 'sqlite-vec': sqliteVec, pgvector }
  const subject = subjects[positionals[0] ?? '']
  const job = positionals[1]
  if (!subject || (job !== 'search' && job !== 'adds')) {
    throw new Error('Usage: vector-database-figures.ts sqlite-vec | pgvector search | adds')
  }
  await (job === 'search' ? searchFigures(subject) : addFigures(subject, positionals[0] ?? ''))
  await (await database)?.close()
} finally {
  await rm(folder, { recursive: true })
}

/** Fills an index as a follower does, then searches in all, in a tenth and in a hundredth. */
async function searchFigures(subject: Subject): Promise<void> {
  const size = Number(values.size)
  const exactUpTo = values['exact-up-to'] === undefined ? {} : { exactUpTo: Number(values['exact-up-to']) }
  // A user has vectors of every cluster, of which there are 20; an agent has those of ten users.
  const entries = indexEntries(dimensions, size, n => {
    const user = Math.floor(n / 20) % 100
    return { ...org, userId: `user-${user}`, agentId: `agent-${user % 10}` }
  })
  const queries = queryVectors(dimensions, queryCount)
  const truths = await trueMatches(entries, queries, scopes)

  const filling = await subject.openIndex('search', exactUpTo)
  const start = performance.now()
  await fill(filling, entries)
  const filled = performance.now()
  await filling.optimize()
  const optimized = performance.now()
  const { bytesOnDisk = 0 } = await filling.stats()
  await filling.close()
  console.log(
    `${size} vectors: ${rate(size, filled - start)} in batches of ${flushSize}, optimize() ` +
      `${seconds(optimized - filled)}, together ${rate(size, optimized - start)}; ${(bytesOnDisk / 1e6).toFixed(0)} MB`,
  )
  const rows: string[][] = []
  for (const efSearch of values['ef-search'] ?? [undefined]) {
    const tuned = efSearch === undefined ? {} : { efSearch: Number(efSearch) }
    const opening = performance.now()
    const index = await subject.openIndex('search', { ...exactUpTo, ...tuned })
    const opened = performance.now() - opening
    for (const [i, scope] of scopes.entries()) {
      const share = ['all', 'a tenth', 'a hundredth'][i] ?? ''
      rows.push([share, efSearch ?? '', ...(await searchTimes(index, truths[i] ?? [], queries, scope))])
    }
    await index.close()
    console.log(`opened in ${opened.toFixed(0)} ms`)
  }
  console.log(formatTable(['scope', 'efSearch', ...searchColumns], rows))
}

/** Batches acknowledged by a Memory whose index does nothing, by one with this index, and in its transactions. */
async function addFigures(subject: Subject, name: string): Promise<void> {
  const [rounds, perRound] = [5, 10]
  const kinds = ['no index', name, `${name} in the transactions`] as const
  const rates = new Map<string, number[]>(kinds.map(kind => [kind, []]))
  const settled: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const [i, kind] of kinds.entries()) {
      const place = `adds_${round}_${i}`
      const embedder = new HashEmbedder({ dimensions })
      const store = await subject.openStore(place)
      const index = i === 0 ? idleIndex() : await subject.openIndex(place, {}, i === 2 ? store : undefined)
      const memory = await Memory.open({ store, index, embedder })
      const batches = Array.from({ length: perRound }, (_, i) => sampleTexts(1_000 * i, 1_000))
      await memory.addBatch(sampleTexts(900_000, 1_000), { userId: 'ana' })
      const started = performance.now()
      for (const batch of batches) await memory.addBatch(batch, { userId: 'ana' })
      rates.get(kind)?.push((1_000 * perRound) / ((performance.now() - started) / 1_000))
      await memory.flush()
      if (i === 1) settled.push(performance.now() - started)
      await memory.close()
      await subject.remove(place)
    }
  }
  const base = median(rates.get('no index') ?? [])
  console.log(`addBatch(1000), ${perRound} in a row, median of ${rounds}, in turn:`)
  for (const [kind, measured] of rates) {
    const of = median(measured)
    console.log(`  ${kind}: ${of.toFixed(0)} a second, ${(of / base).toFixed(2)} of that without an index`)
  }
  console.log(`  following the log, all ${perRound}k are in the index after ${seconds(median(settled))}`)
}
