import { memoryUsage } from 'node:process'

import { fill } from './fill.ts'
import type { Scenario } from './workbench.ts'

const megabyte = 2 ** 20

/** Resident memory with many memories stored and indexed, beside what their vectors alone take. */
export const resident: Scenario = {
  about: 'Resident memory of the process with 100,000 memories of 7,000 users stored and indexed.',
  extent: 'base',
  memories: [100_000],
  quickMemories: [1_000],
  mostRounds: () => 1,
  seconds: memories => 3 + memories / 2_000,
  run: async bench => {
    const opened = await bench.open()
    const { memory, embedder } = opened
    const before = memoryUsage().rss
    const { samples } = await fill(bench, opened, bench.size, n => ({ userId: `user ${n % 7_000}` }))
    await memory.search('cold swimming', { userId: 'user 0', mode: 'vector' })
    const rss = memoryUsage().rss
    await memory.close()
    return [
      {
        what: 'resident',
        size: bench.size,
        samples: {
          ...samples,
          'rss at start MB': [before / megabyte],
          'rss MB': [rss / megabyte],
          'vectors MB': [(bench.size * embedder.dimensions * 4) / megabyte],
        },
        failures: 0,
      },
    ]
  },
}
