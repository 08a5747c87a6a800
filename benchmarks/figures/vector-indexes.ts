/**
 * The vector indexes side by side, on seeded vectors of 384 dimensions in clusters: what the READMEs of their
 * packages say in figures. pgvector runs on a PostgreSQL that has it, otherwise in a PGlite on disk.
 *
 *   node benchmarks/figures/vector-indexes.ts [adds] [search] [opening]     all three when none is named
 *
 *   --indexes hnsw,pgvector      by default every index but exact
 *   --sizes 1000,10000,100000    vectors that are searched; pgvector in PGlite takes a quarter of an hour for 100,000
 *   --queries 1000               of each scope
 *   --opening-size 100000        memories in the Store that is opened
 *   --rounds 5 --batches 10      rounds of adds, and batches of 1,000 in each
 *   --flush-size N               changes that adds give to the index at a time
 *   --tuning '{"efSearch":100}'  further options of the indexes that are named
 */
import { parseArgs } from 'node:util'

import { indexes } from '../opening/backends.ts'
import { startServers } from '../opening/start-servers.ts'
import { measureAdds } from './vector-indexes/measure-adds.ts'
import { measureOpening } from './vector-indexes/measure-opening.ts'
import { measureSearches } from './vector-indexes/measure-searches.ts'
import { subjectsOf } from './vector-indexes/subject.ts'

const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    indexes: {
      ...text,
      default: Object.keys(indexes)
        .filter(name => name !== 'exact')
        .join(),
    },
    sizes: { ...text, default: '1000,10000,100000' },
    queries: { ...text, default: '1000' },
    'opening-size': { ...text, default: '100000' },
    rounds: { ...text, default: '5' },
    batches: { ...text, default: '10' },
    'flush-size': text,
    tuning: { ...text, default: '{}' },
  },
})
const parts = ['adds', 'search', 'opening']
const unknown = positionals.filter(part => !parts.includes(part))
if (unknown.length > 0) throw new Error(`There is no part '${unknown[0]}'; there are ${parts.join(', ')}.`)
const wanted = new Set(positionals.length > 0 ? positionals : parts)
const names = values.indexes.split(',')
const servers = await startServers(names.flatMap(name => indexes[name]?.server ?? []))
try {
  const subjects = subjectsOf(names, JSON.parse(values.tuning) as object, servers)
  if (names.includes('pgvector')) console.log(`pgvector: ${servers.versions['pgvector'] ?? 'in PGlite'}`)
  if (wanted.has('adds')) {
    const flushSize = values['flush-size'] === undefined ? undefined : Number(values['flush-size'])
    const settings = { rounds: Number(values.rounds), batches: Number(values.batches), flushSize }
    console.log(`\n${await measureAdds(subjects, settings)}`)
  }
  if (wanted.has('search')) {
    for (const size of values.sizes.split(',').map(Number)) {
      console.log(`\n${await measureSearches(subjects, size, Number(values.queries))}`)
    }
  }
  if (wanted.has('opening')) {
    console.log(`\n${await measureOpening(subjects, Number(values['opening-size']))}`)
  }
} finally {
  await servers.stop()
}
