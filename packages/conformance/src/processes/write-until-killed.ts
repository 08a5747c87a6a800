import { writeSync } from 'node:fs'
import type { Memory } from '@agentmem/core'
import { writeNumberedBatch } from './numbered-batch.ts'

/**
 * What a process of `killCases` does with its memory, for a script of your own in place of `writeBatches`: adds,
 * changes and deletes numbered batches from `first` on until it is killed, and prints the number of each batch that was
 * acknowledged.
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
