import { writeSync } from 'node:fs'
import type { Memory } from '@agentmem/core'

/**
 * The whole of a process that `killCases` starts, once it has opened its memory: adds, changes and deletes numbered
 * batches from `first` on until it is killed, and says on standard output which were acknowledged.
 */
export async function writeUntilKilled(memory: Memory, first: number, batchSize: number): Promise<never> {
  writeSync(1, 'open\n')
  for (let batch = first; ; batch++) {
    const inputs = Array.from({ length: batchSize }, (_, item) => ({
      content: `Batch ${batch} noted item ${item}`,
      metadata: { batch, item },
    }))
    const { results } = await memory.addBatch(inputs, { userId: 'ana' })
    const { results: gone } = await memory.addBatch(inputs.slice(0, 5), { userId: 'bob' })
    await memory.update(results[0]?.id ?? '', { content: `Batch ${batch} noted something else` })
    await memory.delete(gone[0]?.id ?? '')
    writeSync(1, `${batch}\n`)
    if (batch % 7 === 0) await memory.deleteAll({ userId: 'bob' })
    if (batch % 10 === 0) await memory.optimize()
  }
}
