// Adds, changes and deletes numbered batches until it is killed, and says on standard output which were acknowledged.
import { writeSync } from 'node:fs'
import { join } from 'node:path'
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
writeSync(1, 'open\n')
for (let batch = Number(first); ; batch++) {
  const inputs = Array.from({ length: Number(batchSize) }, (_, item) => ({
    content: `Batch ${batch} noted item ${item}`,
    metadata: { batch, item },
  }))
  const { results } = await memory.addBatch(inputs, { userId: 'ana' })
  const { results: gone } = await memory.addBatch(inputs.slice(0, 5), { userId: 'bob' })
  await memory.update(results[0].id, { content: `Batch ${batch} noted something else` })
  await memory.delete(gone[0].id)
  writeSync(1, `${batch}\n`)
  if (batch % 7 === 0) await memory.deleteAll({ userId: 'bob' })
  if (batch % 20 === 0) await memory.optimize()
}
