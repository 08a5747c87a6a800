// Adds numbered batches, changes and deletes some of them, until it is killed. Says which ones were acknowledged.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openSqliteStore } from '@agentmem/sqlite'

const [folder, first, batchSize] = process.argv.slice(2)
const embedder = new HashEmbedder({ dimensions: 64 })
const memory = await Memory.open({
  store: await openSqliteStore({ path: join(folder, 'memories.db') }),
  index: await openLancedbIndex({
    path: join(folder, 'vectors'),
    dimensions: embedder.dimensions,
    exactUpTo: 500,
    keepVersionsMs: 200,
  }),
  embedder,
  follower: { flushSize: 100, flushAfterMs: 20 },
})
const own = { userId: 'ana' }
writeSync(1, 'open\n')
for (let batch = Number(first); ; batch++) {
  const inputs = Array.from({ length: Number(batchSize) }, (_, item) => ({
    content: `Batch ${batch} noted item ${item}`,
    metadata: { batch, item },
  }))
  const { results } = await memory.addBatch(inputs, own)
  const ids = results.map(result => result.id)
  await memory.updateBatch(ids.slice(0, 3).map(id => ({ id, content: `Batch ${batch} has changed ${id}` })))
  await memory.deleteBatch(ids.slice(3, 5))
  writeSync(1, `${batch}\n`)
  if (batch % 15 === 0) await memory.optimize()
}
