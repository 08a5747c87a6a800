// Adds, changes and deletes numbered batches until it is killed, and says on standard output which were acknowledged.
import { writeSync } from 'node:fs'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'

const [dataDir, mode, first, batchSize] = process.argv.slice(2)
const embedder = new HashEmbedder({ dimensions: 64 })
const pglite = await PGlite.create({ dataDir, extensions: { vector } })
const store = await openPgliteStore({ db: pglite })
const place = mode === 'transactions' ? { store } : { pglite }
const index = await openPgvectorIndex({ ...place, dimensions: embedder.dimensions, exactUpTo: 200 })
const memory = await Memory.open({ store, index, embedder, follower: { flushSize: 50, flushAfterMs: 5 } })
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
  if (batch % 10 === 0) await memory.optimize()
}
