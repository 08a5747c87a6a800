// The process that `writeBatches` starts: `node write-batches-script.js WRITING`.
import type { BatchWriting } from './batch-writing.ts'
import { memoryOf } from './left-memory.ts'
import type { LeftMemory } from './left-memory.ts'
import { openerOf } from './opening.ts'
import { writeUntilKilled } from './write-until-killed.ts'

const { first, batchSize, follower, ...opening } = JSON.parse(process.argv[2] ?? '') as BatchWriting
const open = await openerOf(opening)
const memory = await memoryOf((await open()) as LeftMemory, follower)
await writeUntilKilled(memory, first, batchSize)
