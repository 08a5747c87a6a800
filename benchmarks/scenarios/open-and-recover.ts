import type { CellRow } from '../measured/cell.ts'
import { fill } from './fill.ts'
import { rowOf, timeCalls } from './time-calls.ts'
import type { Scenario } from './workbench.ts'

const scope = { userId: 'user' }

/** From nothing to the first answer: after a clean end, after one that left writes unindexed, and without an index. */
export const openAndRecover: Scenario = {
  about:
    'Until a memory that is opened answers its first search: all indexed, with 1,000 memories that the index lacks, and with an index that is empty.',
  extent: 'cross',
  memories: [5_000],
  quickMemories: [300],
  mostRounds: () => 3,
  seconds: memories => 4 + memories / 1_200,
  run: async bench => {
    const first = await bench.open()
    if (!first.store.supports.durable) {
      await first.memory.close()
      return []
    }
    await fill(bench, first, bench.size)
    await first.memory.close()
    const openAndAsk = async (): Promise<void> => {
      const { memory } = await bench.open()
      await memory.search('What did Priya leave at the harbour?', { ...scope, mode: 'vector' })
      await memory.close({ flush: false })
    }
    const rows: CellRow[] = [rowOf('open', bench.size, await timeOpenings(3, openAndAsk))]

    const behind = await bench.open({ follower: { flushSize: 100_000, flushAfterMs: 1_000_000 } })
    await behind.memory.addBatch(bench.freshTexts(bench.quick ? 50 : 1_000), scope)
    await behind.memory.close({ flush: false })
    rows.push(rowOf('open and catch up', bench.size, await timeOpenings(1, openAndAsk)))

    const emptied = await bench.open()
    await emptied.index.clear()
    await emptied.memory.close({ flush: false })
    const rebuilt = await timeOpenings(1, async () => {
      const { memory } = await bench.open()
      await memory.flush()
      await memory.close()
    })
    rows.push(rowOf('fill an empty index', bench.size, rebuilt, bench.size))
    return rows
  },
}

async function timeOpenings(count: number, open: () => Promise<void>): ReturnType<typeof timeCalls> {
  const timed = await timeCalls(count, open)
  // What cannot be opened is no slow opening: the cell fails.
  if (timed.failures > 0) await open()
  return timed
}
