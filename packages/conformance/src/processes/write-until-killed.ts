import { writeSync } from 'node:fs'
import type { Memory } from '@agentmem/core'
import { writeNumberedBatch } from './numbered-batch.ts'

/**
 * The whole of a process that `killCases` starts, once it has opened its memory: adds, changes and deletes numbered
 * batches from `first` on until it is killed, and says on standard output which were acknowledged.
 */
export async function writeUntilKilled(memory: Memory, first: number, batchSize: number): Promise<never> {
  writeSync(1, 'open\n')
  for (let batch = first; ; batch++) {
    await writeNumberedBatch(memory, batch, batchSize)
    writeSync(1, `${batch}\n`)
    if (batch % 7 === 0) await memory.deleteAll({ userId: 'bob' })
    if (batch % 10 === 0) await memory.optimize()
  }
}
