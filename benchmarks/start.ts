import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'

import { diskSyncTime } from './machine/disk-sync.ts'
import { formatNumber } from './measured/format-number.ts'
import { floor, pseudoBatch } from './measured/strategy-names.ts'
import { replayAdds, sizes } from './run/replay-adds.ts'
import type { AddResult } from './run/replay-adds.ts'
import { sampleTexts } from './scenarios/sample-texts.ts'
import { formatTable } from './terminal/format-table.ts'
import { showProgress } from './terminal/progress.ts'

const userId = 'user'
const count = 2_000

/** As the README opens a memory without a model. */
async function rememberAndSearch(path: string): Promise<void> {
  const memory = await Memory.open({ store: await openSqliteStore({ path }) })
  const texts = sampleTexts(0, count)
  const progress = showProgress('remembering')
  for (let done = 0; done < count; done += 100) {
    await memory.addBatch(texts.slice(done, done + 100), { userId })
    progress.update(done + 100, count)
  }
  progress.end()
  const queries = ['Who shared a kayak at the harbour?', 'What does Priya like?', 'What is in locker 1003?']
  for (const [n, query] of queries.entries()) {
    const start = performance.now()
    const { results } = await memory.search(query, { userId, topK: 3, context: false })
    const first = n === 0 ? ', most of them to read the texts of this user' : ''
    console.log(`\n${query}  (${(performance.now() - start).toFixed(1)} ms${first})`)
    for (const { score, memory: text } of results) console.log(`  ${score.toFixed(2)}  ${text}`)
  }
  await memory.close()
}

function printResults(results: readonly AddResult[]): void {
  const timeOf = (name: string, size: number): number =>
    results.find(({ strategy, size: n }) => strategy === name && n === size)?.acknowledgedMs ?? Number.NaN
  const bySize = results.toSorted((a, b) => a.size - b.size)
  const rows = bySize.map(({ strategy, size, acknowledgedMs, indexedMs }) => [
    strategy,
    String(size),
    formatNumber(acknowledgedMs),
    formatNumber((size / acknowledgedMs) * 1_000),
    indexedMs === undefined ? '-' : formatNumber((size / indexedMs) * 1_000),
    `${formatNumber(timeOf(pseudoBatch, size) / acknowledgedMs)}x`,
    `${formatNumber(acknowledgedMs / timeOf(floor, size))}x`,
  ])
  const headings = ['strategy', 'texts', 'ms', 'memories/s', 'indexed/s', 'vs pseudo-batch', 'time of floor']
  console.log(formatTable(headings, rows))
  const notes = new Map(results.map(({ strategy, note }) => [strategy, note]))
  console.log(`\n${[...notes].map(([strategy, note]) => `${strategy}: ${note}`).join('\n')}`)
  console.log(
    'memories/s: acknowledged, which is durable and found by the next search; indexed/s: in the index as well.',
  )
}

const folder = await mkdtemp(join(tmpdir(), 'agentmem-'))
try {
  console.log(
    `Remembering ${count.toLocaleString('en-US')} sample memories in SQLite, to be found by their words, in ${folder}`,
  )
  await rememberAndSearch(join(folder, 'memories.db'))
  console.log(
    `\nAdding ${sizes.join(', ')} fresh texts with vectors, every strategy in turn (median of 7 rounds): ` +
      'SQLite + usearch + HashEmbedder',
  )
  const progress = showProgress('replaying')
  const results = await replayAdds(7, progress.update)
  progress.end()
  console.log(
    `SQLite, WAL, synchronous=FULL; this disk makes 4 kB durable in ${diskSyncTime(folder).toFixed(2)} ms\n`,
  )
  printResults(results)
} finally {
  await rm(folder, { recursive: true })
}
