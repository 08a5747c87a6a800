import { deepEqual } from 'node:assert/strict'
import type { Memory } from '@agentmem/core'

const changedOfBatch = 3
const deletedOfBatch = 2
const newText = 'noted something else'

/**
 * Writes one batch as a process of `killCases` does before it acknowledges the batch: adds it, changes some of it and
 * deletes some of it, in three calls. Between them another user adds and deletes.
 */
export async function writeNumberedBatch(memory: Memory, batch: number, batchSize: number): Promise<void> {
  const inputs = Array.from({ length: batchSize }, (_, item) => ({
    content: `Batch ${batch} noted item ${item}`,
    metadata: { batch, item },
  }))
  const { results } = await memory.addBatch(inputs, { userId: 'ana' })
  const { results: besides } = await memory.addBatch(inputs.slice(0, 5), { userId: 'bob' })
  const ids = results.map(({ id }) => id)
  await memory.updateBatch(
    ids.slice(0, changedOfBatch).map((id, item) => ({ id, content: `Batch ${batch} ${newText} of ${item}` })),
  )
  const deleted = ids.slice(changedOfBatch, changedOfBatch + deletedOfBatch)
  await memory.deleteBatch([...deleted, ...besides.slice(0, 1).map(({ id }) => id)])
}

/**
 * Fails unless each acknowledged batch is there with its changes and without its deleted memories, and unless each call
 * for another batch was done as a whole or not at all. Resolves to the number of memories of all users.
 */
export async function assertBatchesWhole(
  memory: Memory,
  acknowledged: readonly number[],
  batchSize: number,
): Promise<number> {
  const found = new Map<unknown, Found>()
  for await (const { metadata, memory: content } of memory.list({ userId: 'ana' })) {
    const { there, changed } = found.get(metadata['batch']) ?? { there: 0, changed: 0 }
    const isChanged = content.includes(newText)
    found.set(metadata['batch'], { there: there + 1, changed: changed + (isChanged ? 1 : 0) })
  }
  const done = { there: batchSize - deletedOfBatch, changed: changedOfBatch }
  const lost = acknowledged.filter(batch => !same(found.get(batch), done))
  deepEqual(lost, [], 'batches that were acknowledged and are lost, in whole or in part')
  const steps = [{ there: batchSize, changed: 0 }, { there: batchSize, changed: changedOfBatch }, done]
  const inPart = [...found].filter(([, batch]) => !steps.some(step => same(batch, step)))
  deepEqual(inPart, [], 'batches in part')
  const besides = await Array.fromAsync(memory.list({ userId: 'bob' }))
  return [...found.values()].reduce((sum, { there }) => sum + there, besides.length)
}

interface Found {
  readonly there: number
  readonly changed: number
}

function same(a: Found | undefined, b: Found): boolean {
  return a?.there === b.there && a.changed === b.changed
}
