import { monitorEventLoopDelay } from 'node:perf_hooks'

import type { Memory } from '@agentmem/core'

import { sampleTexts } from '../sample-texts.ts'

/** How long the event loop is kept from other work while 20,000 memories are added and indexed in the background. */
export async function eventLoopDelay(memory: Memory): Promise<Record<string, number>> {
  const batches = Array.from({ length: 20 }, (_, i) => sampleTexts(i * 1_000, 1_000))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  for (const batch of batches) await memory.addBatch(batch, { userId: 'user' })
  const acknowledged = performance.now() - start
  await memory.flush()
  const indexed = performance.now() - start
  delay.disable()
  return {
    memories: 20_000,
    'acknowledged/s': 20_000 / (acknowledged / 1_000),
    'indexed/s': 20_000 / (indexed / 1_000),
    'delay p50 ms': delay.percentile(50) / 1e6,
    'delay p99 ms': delay.percentile(99) / 1e6,
    'delay max ms': delay.max / 1e6,
  }
}
