import type { CellRow } from '../measured/cell.ts'
import { fill } from './fill.ts'
import { rowOf, timeCalls } from './time-calls.ts'
import type { Scenario } from './workbench.ts'

const scope = { userId: 'user' }

/** Callers of which each makes its next call when the last has ended. */
export const concurrency: Scenario = {
  about: '1 and 8 callers that search and add, each making its next call when the last was answered.',
  extent: 'cross',
  memories: [5_000],
  quickMemories: [200],
  mostRounds: () => 3,
  seconds: memories => 5 + memories / 2_000,
  run: async bench => {
    const opened = await bench.open()
    const { memory } = opened
    const rows: CellRow[] = []
    await fill(bench, opened, bench.size)
    const count = bench.quick ? 40 : 1_000
    const queries = bench.freshTexts(count)
    for (const query of queries) await memory.search(query, { ...scope, topK: 1, mode: 'vector' })
    const callers = [1, 8]
    for (const n of bench.round % 2 === 1 ? callers.toReversed() : callers) {
      const searches = await timeCalls(
        count,
        i => memory.search(queries[i] as string, { ...scope, topK: 10, mode: 'vector' }),
        n,
      )
      const texts = bench.freshTexts(count)
      const adds = await timeCalls(count, i => memory.add(texts[i] as string, scope), n)
      await memory.flush()
      rows.push(rowOf(`search, ${n} at a time`, bench.size, searches))
      rows.push(rowOf(`add, ${n} at a time`, bench.size, adds))
    }
    await memory.close()
    return rows
  },
}
