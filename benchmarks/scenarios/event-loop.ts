import { monitorEventLoopDelay } from 'node:perf_hooks'

import type { Scenario } from './workbench.ts'

/** How long the event loop is kept from other work while memories are added and indexed in the background. */
export const eventLoop: Scenario = {
  about:
    'How long the event loop is kept from other work while 20,000 memories are added in batches of 1,000 and indexed behind.',
  extent: 'base',
  memories: [20_000],
  quickMemories: [1_000],
  seconds: memories => 3 + memories / 2_000,
  run: async bench => {
    const { memory } = await bench.open()
    const batches = Array.from({ length: Math.ceil(bench.size / 1_000) }, () => bench.freshTexts(1_000))
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const start = performance.now()
    for (const batch of batches) await memory.addBatch(batch, { userId: 'user' })
    const acknowledged = performance.now() - start
    await memory.flush()
    const indexed = performance.now() - start
    delay.disable()
    await memory.close()
    const added = batches.length * 1_000
    return [
      {
        what: 'event loop while adding',
        size: added,
        samples: {
          'acknowledged/s': [added / (acknowledged / 1_000)],
          'indexed/s': [added / (indexed / 1_000)],
          'delay p50 ms': [delay.percentile(50) / 1e6],
          'delay p99 ms': [delay.percentile(99) / 1e6],
          'delay max ms': [delay.max / 1e6],
        },
        failures: 0,
      },
    ]
  },
}
