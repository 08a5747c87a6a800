// Adds numbered batches until it is killed, and says on standard output which ones were acknowledged.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openHnswIndex } from '@agentmem/hnsw'
import { openSqliteStore } from '@agentmem/sqlite'

const [folder, first, batchSize] = process.argv.slice(2)
const embedder = new HashEmbedder()
const memory = await Memory.open({
  store: await openSqliteStore({ path: join(folder, 'memories.db') }),
  index: await openHnswIndex({
    path: join(folder, 'memories.hnsw'),
    dimensions: embedder.dimensions,
    exactUpTo: 500,
  }),
  embedder,
  follower: { flushSize: 100 },
})
writeSync(1, 'open\n')
for (let batch = Number(first); ; batch++) {
  const inputs = Array.from({ length: Number(batchSize) }, (_, item) => ({
    content: `Batch ${batch} noted item ${item}`,
    metadata: { batch, item },
  }))
  await memory.addBatch(inputs, { userId: 'ana' })
  writeSync(1, `${batch}\n`)
  if (batch % 20 === 0) await memory.optimize()
}
