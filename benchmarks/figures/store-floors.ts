// How `addBatch` on PostgreSQL and PGlite compares with what is written by hand, and with the looped batch:
// `node benchmarks/figures/store-floors.ts [postgres|pglite] [rounds]`. The server is that of AGENTMEM_POSTGRES_URL or is started.
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { openPostgresStore } from '@agentmem/postgres'
import { startPostgres } from '@agentmem/testcontainers'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'

import { PostgresFloor } from '../floors/postgres-floor.ts'
import type { Way } from '../floors/postgres-floor.ts'
import { sampleTexts } from '../sample-texts.ts'
import { median } from '../statistics.ts'
import { formatNumber, formatTable } from '../table.ts'

const [which = 'postgres', roundsGiven = '9'] = process.argv.slice(2)
if (which !== 'postgres' && which !== 'pglite') {
  throw new Error(`There is no store '${which}' here. Usage: store-floors.ts [postgres|pglite] [rounds]`)
}
/** Batches of each size, and how many follow one another: a single one would be timed with cold caches. */
const inARow = new Map([
  [10, 20],
  [100, 5],
  [1000, 2],
])
const sizes = [...inARow.keys()]
const ways: readonly Way[] = ['multi-row', 'unnest', 'packed']
const schema = `floors_${process.pid}`

interface Contestants {
  readonly store: Store
  readonly floor: PostgresFloor
  readonly settings: string
  readonly close: () => Promise<void>
}

async function onPostgres(): Promise<Contestants> {
  const server = await startPostgres()
  const store = await openPostgresStore({ url: server.url, schema })
  const pool = new pg.Pool({ connectionString: server.url, options: `-c search_path=${schema}` })
  const run = async (text: string, values: unknown[] = [], name?: string): Promise<unknown> =>
    values.length === 0
      ? pool.query(text)
      : pool.query(name === undefined ? { text, values } : { name, text, values })
  // One client, so that a transaction in steps stays on it.
  const client = await pool.connect()
  const floor = new PostgresFloor((text, values = [], name) =>
    client.query(name === undefined ? { text, values } : { name, text, values }),
  )
  const { rows } = (await run(
    `select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync`,
  )) as {
    rows: { commit: string; fsync: string }[]
  }
  const settings = `${server.version} (${server.rung}), synchronous_commit ${rows[0]?.commit}, fsync ${rows[0]?.fsync}`
  const close = async (): Promise<void> => {
    await store.close()
    await run(`set client_min_messages = warning`)
    await run(`drop schema ${schema} cascade`)
    client.release()
    await pool.end()
    await server.stop()
  }
  return { store, floor, settings, close }
}

async function onPglite(): Promise<Contestants> {
  // PGlite's own way to write bytes takes a second for a thousand vectors.
  const db = await PGlite.create({ serializers: { 17: bytes => bytes as string } })
  const store = await openPgliteStore({ db })
  const floor = new PostgresFloor((text, values = []) => db.query(text, values))
  return { store, floor, settings: 'PGlite in memory, fsync off', close: () => db.close() }
}

const { store, floor, settings, close } = await (which === 'pglite' ? onPglite() : onPostgres())
await floor.createTables()
const embedder = new HashEmbedder()
const memory = await Memory.open({ store, index: new ExactIndex(embedder.dimensions), embedder })
const contenders: { name: string; add: (texts: string[]) => Promise<unknown> }[] = [
  { name: 'addBatch', add: texts => memory.addBatch(texts, { userId: 'user' }) },
  ...ways.map(way => ({ name: way, add: (texts: string[]) => floor.addBatch(way, texts) })),
  {
    name: 'pseudo-batch',
    add: async texts => {
      await Promise.all(texts.map(text => floor.addInThreeWrites(text)))
    },
  },
]
const samples = new Map<string, number[]>()
let next = 0
for (let round = 0; round <= Number(roundsGiven); round++) {
  for (const size of sizes) {
    for (const { name, add } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      for (let i = 0; i < (inARow.get(size) ?? 1); i++) {
        const texts = sampleTexts(next, size)
        next += size
        const start = performance.now()
        await add(texts)
        const taken = performance.now() - start
        // The first round warms up code, caches and files.
        if (round > 0) samples.set(`${name} ${size}`, [...(samples.get(`${name} ${size}`) ?? []), taken])
      }
      // What follows the log behind the writes must not fall on the next contender's time.
      await memory.flush()
    }
  }
}
const before = store.counters.roundTrips
await memory.addBatch(sampleTexts(next, 1000), { userId: 'user' })
const trips = store.counters.roundTrips - before
const heads: number[] = []
for (let i = 0; i < 200; i++) {
  const start = performance.now()
  await store.head()
  heads.push(performance.now() - start)
}
console.log(`${settings}; medians of ${roundsGiven} rounds of 20, 5 and 2 batches in a row; 384 dimensions`)
for (const size of sizes) {
  const timeOf = (name: string): number => median(samples.get(`${name} ${size}`) ?? [])
  const least = Math.min(...ways.map(timeOf))
  const rows = contenders.map(({ name }) => [
    name,
    formatNumber(timeOf(name)),
    formatNumber((size / timeOf(name)) * 1000),
    `${(timeOf(name) / least).toFixed(2)}x`,
    `${(timeOf('pseudo-batch') / timeOf(name)).toFixed(1)}x`,
  ])
  console.log(
    `\n${formatTable([`${size} texts`, 'ms', 'memories/s', 'of the floor', 'vs pseudo-batch'], rows)}`,
  )
}
console.log(`\nround trips of addBatch(1000): ${trips}; head(): ${median(heads).toFixed(2)} ms`)
await memory.close()
await close()
