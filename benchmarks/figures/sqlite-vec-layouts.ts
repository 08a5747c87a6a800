/**
 * The ways to lay out vectors for sqlite-vec that @agentmem/sqlite-vec's README compares: processor time and recall.
 *
 *   node benchmarks/figures/sqlite-vec-layouts.ts --size 100000
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex } from '@agentmem/core'
import Database from 'better-sqlite3'
import { load } from 'sqlite-vec'

import { median } from '../measured/statistics.ts'
import { formatTable } from '../terminal/format-table.ts'

const dimensions = 384
const k = 10
const placesPerScope = 2 ** 24
const { values } = parseArgs({ options: { size: { type: 'string', default: '100000' } } })
const size = Number(values.size)
const scope = { orgId: 'acme' }

/** One way: its table, what is stored, and the search, which gives the ids of this many candidates. */
interface Way {
  readonly name: string
  readonly create: string
  readonly insert: string
  readonly store: (vector: Float32Array) => Buffer
  readonly search: string
  readonly candidates: number
}

const bytes = (vector: Float32Array): Buffer =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
// Numbers of unit vectors in clusters are seldom above a half.
const int8 = (vector: Float32Array): Buffer =>
  Buffer.from(Int8Array.from(vector, value => Math.max(-127, Math.min(127, Math.round(value * 254)))).buffer)
const bits = (vector: Float32Array): Buffer => {
  const packed = Buffer.alloc(dimensions / 8)
  for (const [d, value] of vector.entries())
    if (value > 0) packed[d >> 3] = (packed[d >> 3] ?? 0) | (1 << (d & 7))
  return packed
}
const vec0 = (name: string, column: string, wrap: string): Omit<Way, 'store' | 'candidates'> => ({
  name,
  create: `create virtual table t using vec0(scope integer, v ${column})`,
  insert: `insert into t (scope, rowid, v) values (?, ?, ${wrap})`,
  search: `select rowid - 1 as n from t where v match ${wrap} and k = ? and ($scope)`,
})
const ways: readonly Way[] = [
  {
    name: 'table in the order of scopes',
    create: 'create table t (place integer primary key, n integer, v blob)',
    insert: `insert into t select s * ${placesPerScope} + n, n - 1, v from (select ? as s, ? as n, ? as v)`,
    store: bytes,
    search: `select n from t where ($place) order by vec_distance_L2(v, ?) limit ?`,
    candidates: k,
  },
  { ...vec0('vec0 float', `float[${dimensions}]`, '?'), store: bytes, candidates: k },
  {
    ...vec0('vec0 int8', `int8[${dimensions}] distance_metric=l2`, 'vec_int8(?)'),
    store: int8,
    candidates: 36,
  },
  { ...vec0('vec0 bit', `bit[${dimensions}]`, 'vec_bit(?)'), store: bits, candidates: 1_000 },
]

const folder = await mkdtemp(join(tmpdir(), 'agentmem-layouts-'))
try {
  const entries = indexEntries(dimensions, size)
  const queries = queryVectors(dimensions, 20)
  const exact = new ExactIndex(dimensions)
  await exact.apply({ upserts: entries, deletes: [], cursor: size })
  const truths = await exact.search(queries.map(vector => ({ vector, k, scope })))
  const idOf = entries.map(({ id }) => id)
  const rows = ways.map((way, i) => {
    const db = new Database(join(folder, `${i}.db`))
    load(db)
    db.pragma('page_size = 8192')
    db.pragma('journal_mode = wal')
    db.pragma('mmap_size = 2147418112')
    db.exec(way.create)
    const insert = db.prepare(way.insert)
    db.transaction(() => {
      for (const [n, { vector }] of entries.entries()) {
        insert.run(BigInt(n % 100), BigInt(n + 1), way.store(vector))
      }
    })()
    const ask = (condition: { scope: string; place: string }): [string, string] => {
      const text = way.search.replace('$scope', condition.scope).replace('$place', condition.place)
      const statement = db.prepare<unknown[], number>(text).pluck()
      const times: number[] = []
      let found = 0
      for (const [q, vector] of queries.entries()) {
        const before = process.cpuUsage()
        const ids = new Set(statement.all(way.store(vector), way.candidates).map(n => idOf[n]))
        const { user, system } = process.cpuUsage(before)
        times.push((user + system) / 1_000)
        found += (truths[q] ?? []).filter(({ id }) => ids.has(id)).length
      }
      return [median(times).toFixed(1), (found / (k * queries.length)).toFixed(3)]
    }
    const [all, recall] = ask({ scope: '1', place: '1' })
    const place = `place >= 7 * ${placesPerScope} and place < 8 * ${placesPerScope}`
    const [small] = ask({ scope: 'scope = 7', place })
    const pages = Number(db.pragma('page_count', { simple: true }))
    db.close()
    return [way.name, String(way.candidates), all, recall, small, ((pages * 8192) / 1e6).toFixed(0)]
  })
  console.log(formatTable(['layout', 'candidates', 'all, cpu ms', 'recall@10', '1%, cpu ms', 'MB'], rows))
} finally {
  await rm(folder, { recursive: true })
}
