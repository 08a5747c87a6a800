/**
 * What a change of the model costs on SQLite + hnsw: how long it takes beside the model's own time, how long the
 * switch lasts, and what searches meet meanwhile.
 *
 *   node benchmarks/figures/reembed.ts [--memories 10000]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { Memory } from '@agentmem/core'
import { openHnswIndex } from '@agentmem/hnsw'
import { openSqliteStore } from '@agentmem/sqlite'

import { formatNumber } from '../measured/format-number.ts'
import { percentile } from '../measured/statistics.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { formatTable } from '../terminal/format-table.ts'
import { WaitingEmbedder } from './waiting-embedder.ts'

const dimensions = 384
const msPerText = 0.2
const count = Number(
  parseArgs({ options: { memories: { type: 'string', default: '10000' } } }).values.memories,
)
const userId = 'user'
const folder = await mkdtemp(join(tmpdir(), 'agentmem-reembed-'))
try {
  const store = await openSqliteStore({ path: join(folder, 'memories.db') })
  const memory = await Memory.open({
    store,
    index: await openHnswIndex({ path: join(folder, 'old.hnsw'), dimensions }),
    embedder: new WaitingEmbedder('old', dimensions, 0),
  })
  for (let done = 0; done < count; done += 1_000) {
    await memory.addBatch(sampleTexts(done, Math.min(1_000, count - done)), { userId })
  }
  await memory.flush()

  const model = new WaitingEmbedder('new', dimensions, msPerText)
  const index = await openHnswIndex({ path: join(folder, 'new.hnsw'), dimensions })
  const start = performance.now()
  let staged = start
  const over = new AbortController()
  const searches: number[] = []
  const searching = (async () => {
    for (let n = 0; !over.signal.aborted; n++) {
      const asked = performance.now()
      await memory.search(`question ${n} about the harbour`, { userId, mode: 'vector' })
      searches.push(performance.now() - asked)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })()
  await memory.reembed(model, {
    index,
    batchSize: 500,
    onProgress: ({ done }) => {
      if (done < count) staged = performance.now()
    },
  })
  const end = performance.now()
  over.abort()
  await searching
  await memory.close()
  console.log(`reembed of ${count.toLocaleString('en-US')} memories on SQLite + hnsw, searched throughout\n`)
  const rows = [
    ['in all', `${formatNumber(end - start)} ms`],
    ["of it the model's own time", `${formatNumber(model.texts * msPerText)} ms in ${model.calls} calls`],
    ['after the last but one batch: the switch and the new index', `${formatNumber(end - staged)} ms`],
    ['a search meanwhile, median', `${formatNumber(percentile(searches, 0.5))} ms of ${searches.length}`],
    ['the longest', `${formatNumber(Math.max(...searches))} ms`],
  ]
  console.log(formatTable(['what', 'took'], rows))
} finally {
  await rm(folder, { recursive: true })
}
