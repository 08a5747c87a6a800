import type { CellRow } from '../measured/cell.ts'
import { fill } from './fill.ts'
import { rowOf, timeCalls } from './time-calls.ts'
import type { Scenario } from './workbench.ts'

const batchSize = 100

/** Updates and deletes, one by one and in batches of 100, and the end of all that a user had. */
export const changes: Scenario = {
  about:
    'New content for memories, and their deletion: one at a time, and 100 in a call; then deleteAll of what is left.',
  extent: 'cross',
  memories: [3_000],
  quickMemories: [300],
  mostRounds: () => 3,
  seconds: memories => 3 + memories / 1_000,
  run: async bench => {
    const opened = await bench.open()
    const { memory } = opened
    const rows: CellRow[] = []
    await fill(bench, opened, bench.size)
    const { results } = await memory.getAll({ userId: 'user', topK: bench.size })
    const ids = results.map(({ id }) => id)
    const singles = bench.quick ? 20 : 200
    const batches = bench.quick ? 1 : 5
    const take = (count: number): string[] => ids.splice(0, count)

    for (const what of ['update', 'delete'] as const) {
      const ones = what === 'update' ? ids.slice(0, singles) : take(singles)
      const texts = bench.freshTexts(singles)
      const single = await timeCalls(singles, i =>
        what === 'update'
          ? memory.update(ones[i] as string, texts[i] as string)
          : memory.delete(ones[i] as string),
      )
      rows.push(rowOf(what, bench.size, single))

      const many = Array.from({ length: batches }, (_, i) =>
        what === 'update' ? ids.slice(i * batchSize, (i + 1) * batchSize) : take(batchSize),
      )
      const batchTexts = bench.freshTexts(batches * batchSize)
      const batch = await timeCalls(batches, i =>
        what === 'update'
          ? memory.updateBatch(
              (many[i] as string[]).map((id, j) => ({
                id,
                content: batchTexts[i * batchSize + j] as string,
              })),
            )
          : memory.deleteBatch(many[i] as string[]),
      )
      rows.push(rowOf(`${what}Batch of ${batchSize}`, bench.size, batch, batchSize))
    }
    const left = ids.length
    const all = await timeCalls(1, () => memory.deleteAll({ userId: 'user' }))
    rows.push(rowOf('deleteAll', left, all, left))
    await memory.close()
    return rows
  },
}
