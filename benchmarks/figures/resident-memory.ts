/**
 * What is resident in a process with many memories, part by part: opens what `grow.ts` has left in a folder, one part after the
 * other, and prints what each adds. Garbage is collected before each line.
 *
 *   node --expose-gc benchmarks/figures/resident-memory.ts --folder /data/grow [--store sqlite] [--index usearch]
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { HashEmbedder, Memory } from '@agentmem/core'

import { formatNumber } from '../measured/format-number.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { formatTable } from '../terminal/format-table.ts'
import { openersOf } from './grow/openers-of.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: { folder: text, store: { ...text, default: 'sqlite' }, index: { ...text, default: 'usearch' } },
})
if (values.folder === undefined) throw new Error('Give --folder, which grow.ts has filled.')
const { store: storeName, index: indexName } = values
const folder = join(values.folder, `${storeName}-${indexName}`)
const rows: string[][] = []
let before = 0

function note(what: string): void {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  rows.push([what, ...[rss, rss - before, heapUsed, external].map(bytes => formatNumber(bytes / 1e6))])
  before = rss
}

note('Node and the code')
const open = openersOf({ store: storeName, index: indexName, folder })
const store = await open.store()
note('+ Store')
const index = await open.index()
note('+ index')
const memory = await Memory.open({ store, index, embedder: new HashEmbedder() })
note('+ Memory: follower and tail')
for (const query of sampleTexts(2 ** 30, 200)) {
  await memory.search(query, { agentId: 'assistant', mode: 'vector' })
  await memory.search(query, { userId: 'user 0', mode: 'vector' })
}
note('+ 200 searches of all, and of 1,000')
// Deleted again, so that the data stays as it was.
for (let n = 0; n < 10; n++) {
  await memory.addBatch(sampleTexts(2 ** 29 + n * 1_000, 1_000), { userId: 'resident', agentId: 'other' })
}
note('+ 10,000 added: the cache of embeddings is full')
await memory.deleteAll({ userId: 'resident' }, { purgeHistory: true })
await memory.flush()
note('+ flushed')
await memory.warm({ userId: 'user 0' })
note('+ texts of 1,000')
await memory.warm({ agentId: 'assistant' })
note('+ texts of all')
const { index: indexStats, texts } = await memory.stats()
await memory.close()
console.log(`${storeName} + ${indexName}, ${formatNumber(indexStats.vectors)} memories; MB\n`)
console.log(formatTable(['', 'resident', 'more', 'heap used', 'external'], rows))
console.log(`\nThe texts that are held say of themselves ${formatNumber(texts.bytes / 1e6)} MB.`)
