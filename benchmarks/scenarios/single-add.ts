import type { Memory } from '@agentmem/core'

import { sampleTexts } from '../sample-texts.ts'
import { mean, percentile } from '../statistics.ts'

/** 2,000 single `add` calls, each awaited and timed by itself. */
export async function singleAdd(memory: Memory): Promise<Record<string, number>> {
  for (const text of sampleTexts(0, 200)) await memory.add(text, { userId: 'user' })
  const times: number[] = []
  let failures = 0
  for (const text of sampleTexts(1_000, 2_000)) {
    const start = performance.now()
    await memory.add(text, { userId: 'user' }).catch(() => failures++)
    times.push(performance.now() - start)
  }
  return {
    calls: times.length,
    failures,
    'mean ms': mean(times),
    'p50 ms': percentile(times, 0.5),
    'p95 ms': percentile(times, 0.95),
    'p99 ms': percentile(times, 0.99),
  }
}
