import { rowOf, timeCalls } from './time-calls.ts'
import type { Scenario } from './workbench.ts'

/** Many single `add` calls, each awaited and timed by itself: enough of them in one process for a p99. */
export const singleAdd: Scenario = {
  about: '2,000 single add calls, each awaited before the next.',
  extent: 'base',
  memories: [2_000],
  quickMemories: [50],
  seconds: memories => 2 + memories / 700,
  run: async bench => {
    const { memory } = await bench.open()
    for (const text of bench.freshTexts(Math.min(200, bench.size))) await memory.add(text, { userId: 'user' })
    const texts = bench.freshTexts(bench.size)
    const timed = await timeCalls(texts.length, i => memory.add(texts[i] as string, { userId: 'user' }))
    await memory.close()
    return [rowOf('single add', bench.size, timed)]
  },
}
