// `node write-batches.mjs <folder> <first batch> <batch size>`, until it is killed.
import { join } from 'node:path'
import { writeUntilKilled } from '@agentmem/conformance'
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
await writeUntilKilled(memory, Number(first), Number(batchSize))
