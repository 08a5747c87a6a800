// `node write-hastily.ts FOLDER FIRST BATCH_SIZE`, until it is killed: it says that a batch is written before it is.
import { writeSync } from 'node:fs'
import { writeNumberedBatch } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openParts } from './open-parts.ts'

const [folder = '', first, batchSize] = process.argv.slice(2)
const { store, index } = await openParts({ folder, mode: "the Store's file" })
const embedder = new HashEmbedder({ dimensions: index.dimensions })
const memory = await Memory.open({ store, index, embedder, follower: { flushSize: 100, flushAfterMs: 5 } })
writeSync(1, 'open\n')
for (let batch = Number(first); ; batch++) {
  writeSync(1, `${batch}\n`)
  await new Promise(resolve => setTimeout(resolve, 20))
  await writeNumberedBatch(memory, batch, Number(batchSize))
}
