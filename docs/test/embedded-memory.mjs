// Opens a memory of the parts that need no server, adds, searches by words and by vector, closes, opens again. Run by the tests
// on other Nodes: `node embedded-memory.mjs PARTS FOLDER`, where PARTS is such as sqlite+usearch. Prints what it finds.
import { HashEmbedder, Memory, MemoryError } from '@agentmem/core'
import { join } from 'node:path'

const [parts = '', folder = ''] = process.argv.slice(2)
const [storeName = '', indexName = ''] = parts.split('+')
const embedder = new HashEmbedder({ dimensions: 64 })
const { dimensions } = embedder

const stores = {
  sqlite: async () =>
    (await import('@agentmem/sqlite')).openSqliteStore({ path: join(folder, 'memories.db') }),
  pglite: async () =>
    (await import('@agentmem/pglite')).openPgliteStore({ path: join(folder, 'memories.pglite') }),
}
const indexes = {
  'sqlite-vec': async () =>
    (await import('@agentmem/sqlite-vec')).openSqliteVecIndex({
      path: join(folder, 'vectors.db'),
      dimensions,
    }),
  usearch: async () =>
    (await import('@agentmem/usearch')).openUsearchIndex({ path: join(folder, 'usearch'), dimensions }),
}

async function work(again) {
  const store = await stores[storeName]()
  const memory = await Memory.open({ store, index: await indexes[indexName](), embedder })
  const options = { userId: 'ada' }
  if (!again) await memory.addBatch(['Ada drinks green tea.', 'Grace plays the cello.'], options)
  for (const mode of ['text', 'vector']) {
    const { results } = await memory.search('who plays the cello?', { ...options, mode, topK: 1 })
    console.log(`${again ? 'again' : 'first'}, ${mode}: ${results[0]?.memory}`)
  }
  await memory.close()
}

try {
  await work(false)
  await work(true)
} catch (error) {
  if (!MemoryError.is(error)) throw error
  console.log(`${error.code}: ${error.message}`)
  process.exitCode = 3
}
