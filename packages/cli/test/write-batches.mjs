// Adds numbered batches until it is killed, and says on standard output which ones were acknowledged:
// `node write-batches.mjs <store URL> <index URL> <first batch> <batch size>`.
import { writeSync } from 'node:fs'
import { openMemory } from '@agentmem/cli'

const [store, index, first, batchSize] = process.argv.slice(2)
// Flushes follow one another, so that most kills come in the midst of one.
const follower = { flushSize: 100, leaseMs: 200 }
const { memory } = await openMemory({ store, index, follower })
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
