// `node write-batches.mjs <store URL> <index URL> <first batch> <batch size>`, until it is killed.
import { openMemory } from '@agentmem/cli'
import { writeUntilKilled } from '@agentmem/conformance'

const [store, index, first, batchSize] = process.argv.slice(2)
// Flushes follow one another, so that most kills come in the midst of one.
const follower = { flushSize: 100, leaseMs: 200 }
const { memory } = await openMemory({ store, index, follower })
await writeUntilKilled(memory, Number(first), Number(batchSize))
