// How `addBatch` of a Store compares with what is written by hand on the same database, and with the looped batch:
// `node benchmarks/figures/store-floors.ts [sqlite|postgres|pglite|mysql|libsql] [rounds]`. A server is that of
// AGENTMEM_POSTGRES_URL or AGENTMEM_MYSQL_URL, or is started.
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'

import { formatNumber } from '../measured/format-number.ts'
import { median } from '../measured/statistics.ts'
import { pseudoBatch } from '../measured/strategy-names.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { formatTable } from '../terminal/format-table.ts'
import { openContestants } from './store-floors/contestants.ts'
import type { Add } from './store-floors/contestants.ts'

const [which = 'postgres', roundsGiven = '9'] = process.argv.slice(2)
const open = openContestants[which]
if (!open) {
  const names = Object.keys(openContestants).join('|')
  throw new Error(`There is no store '${which}' here. Usage: store-floors.ts [${names}] [rounds]`)
}
/** Batches of each size, and how many follow one another: a single one would be timed with cold caches. */
const inARow = new Map([
  [10, 20],
  [100, 5],
  [1000, 2],
])
const sizes = [...inARow.keys()]
const { store, byHand, addInThreeWrites, settings, close } = await open()
const embedder = new HashEmbedder()
const memory = await Memory.open({ store, index: new ExactIndex(embedder.dimensions), embedder })
const contenders: { name: string; add: Add }[] = [
  { name: 'addBatch', add: texts => memory.addBatch(texts, { userId: 'user' }) },
  ...Object.entries(byHand).map(([name, add]) => ({ name, add })),
  { name: pseudoBatch, add: texts => Promise.all(texts.map(text => addInThreeWrites(text))) },
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
  const least = Math.min(...Object.keys(byHand).map(timeOf))
  const rows = contenders.map(({ name }) => [
    name,
    formatNumber(timeOf(name)),
    formatNumber((size / timeOf(name)) * 1000),
    `${(timeOf(name) / least).toFixed(2)}x`,
    `${(timeOf(pseudoBatch) / timeOf(name)).toFixed(1)}x`,
  ])
  console.log(
    `\n${formatTable([`${size} texts`, 'ms', 'memories/s', 'of the floor', 'vs pseudo-batch'], rows)}`,
  )
}
console.log(`\nround trips of addBatch(1000): ${trips}; head(): ${median(heads).toFixed(2)} ms`)
await memory.close()
await close()
