// `node write-batches.mjs <folder> <mode> <first batch> <batch size>`, until it is killed. In the mode 'hasty' it says
// that a batch is written before it is.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { writeNumberedBatch, writeUntilKilled } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'

const [folder, mode, first, batchSize] = process.argv.slice(2)
const embedder = new HashEmbedder({ dimensions: 64 })
const store = await openSqliteStore({ path: join(folder, 'memories.db') })
const { dimensions } = embedder
const path = join(folder, mode === 'own file' ? 'vectors.db' : 'memories.db')
const index = await openSqliteVecIndex(mode === 'transactions' ? { store, dimensions } : { path, dimensions })
const memory = await Memory.open({ store, index, embedder, follower: { flushSize: 100, flushAfterMs: 5 } })
if (mode === 'hasty') {
  writeSync(1, 'open\n')
  for (let batch = Number(first); ; batch++) {
    writeSync(1, `${batch}\n`)
    await new Promise(resolve => setTimeout(resolve, 20))
    await writeNumberedBatch(memory, batch, Number(batchSize))
  }
}
await writeUntilKilled(memory, Number(first), Number(batchSize))
