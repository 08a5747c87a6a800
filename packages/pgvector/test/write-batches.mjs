// `node write-batches.mjs <folder> <mode> <first batch> <batch size>`, until it is killed.
import { writeUntilKilled } from '@agentmem/conformance'
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
await writeUntilKilled(memory, Number(first), Number(batchSize))
