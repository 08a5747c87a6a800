/**
 * How long the event loop stands still while memories are added: 100,000 in batches of 100, then as many in batches of 1,000, one
 * awaited batch after the other. SQLite, usearch and HashEmbedder, which makes vectors in the same thread. The delay is that of a
 * timer of 1 ms.
 *
 *   node benchmarks/figures/event-loop.ts [--memories 100000] [--batches 100,1000]
 */
import { HashEmbedder, Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openUsearchIndex } from '@agentmem/usearch'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'

import { formatNumber } from '../measured/format-number.ts'
import { makePlace } from '../opening/own-place.ts'
import { formatTable } from '../terminal/format-table.ts'

const { values } = parseArgs({
  options: {
    memories: { type: 'string', default: '100000' },
    batches: { type: 'string', default: '100,1000' },
  },
})
const dimensions = 384
const memories = Number(values.memories)

const rows: string[][] = []
for (const batch of values.batches.split(',').map(Number)) {
  const place = await makePlace([], {})
  const memory = await Memory.open({
    store: await openSqliteStore({ path: join(place.folder, 'memories.db') }),
    index: await openUsearchIndex({ path: join(place.folder, 'vectors'), dimensions }),
    embedder: new HashEmbedder({ dimensions }),
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const start = performance.now()
  delay.enable()
  for (let n = 0; n < memories; n += batch) {
    const texts = Array.from(
      { length: batch },
      (_, i) => `On day ${n + i} ana walked ${(n + i) % 97} km to the lake`,
    )
    await memory.addBatch(texts, { userId: `user-${(n / batch) % 50}` })
  }
  delay.disable()
  const rate = (memories * 1_000) / (performance.now() - start)
  const ms = [delay.percentile(50), delay.percentile(99), delay.max].map(ns => (ns / 1e6).toFixed(1))
  rows.push([formatNumber(batch), formatNumber(rate), ...ms])
  await memory.close()
  await place.remove()
}
console.log(formatTable(['batch', 'added/s', 'p50 ms', 'p99 ms', 'longest ms'], rows))
