import { HashEmbedder, Memory } from '@agentmem/core'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
const embedder = new HashEmbedder({ dimensions: 64 })
const t0 = performance.now()
const pglite = await PGlite.create({ extensions: { vector } })
for (const mode of ['log', 'transactions']) {
  const store = await openPgliteStore({ db: pglite, schema: mode })
  const place = mode === 'transactions' ? { store } : { pglite, schema: mode }
  const index = await openPgvectorIndex({ ...place, dimensions: embedder.dimensions, exactUpTo: 200 })
  const memory = await Memory.open({ store, index, embedder, follower: { flushSize: 50, flushAfterMs: 5 } })
  const t1 = performance.now()
  const times = []
  for (let b = 0; b < 40; b++) {
    const t = performance.now()
    await memory.addBatch(
      Array.from({ length: 20 }, (_, i) => `text ${b} ${i} about things`),
      { userId: 'ana' },
    )
    times.push(performance.now() - t)
  }
  console.log(
    mode,
    'first',
    times
      .slice(0, 3)
      .map(x => x.toFixed(0))
      .join(),
    'median',
    times.sort((a, b) => a - b)[20].toFixed(1),
    'cpu',
    (process.cpuUsage().user / 1000).toFixed(0),
  )
  await memory.close()
}
await pglite.close()
