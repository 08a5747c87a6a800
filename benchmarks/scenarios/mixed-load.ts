import { setTimeout } from 'node:timers/promises'

import type { CellRow } from '../measured/cell.ts'
import { fill } from './fill.ts'
import type { Scenario } from './workbench.ts'

const callsPerSecond = 250
const scope = { userId: 'user' }

/**
 * Four searches for each add, begun at fixed times whether the calls before have ended or not. A call's time
 * counts from when it was to begin: so a backend that stalls is charged with all that had to wait (Gil Tene,
 * "How NOT to Measure Latency", 2013).
 */
export const mixedLoad: Scenario = {
  about: `80% searches and 20% adds at ${callsPerSecond} calls a second for 5 seconds, over memories that are there; each is timed from when it was due.`,
  extent: 'cross',
  memories: [5_000],
  quickMemories: [200],
  mostRounds: () => 3,
  seconds: memories => 8 + memories / 2_000,
  run: async bench => {
    const opened = await bench.open()
    const { memory } = opened
    await fill(bench, opened, bench.size)
    const count = bench.quick ? 50 : callsPerSecond * 5
    const texts = bench.freshTexts(count)
    const times = { search: [] as number[], add: [] as number[] }
    const failures = { search: 0, add: 0 }
    const pending: Promise<void>[] = []
    const start = performance.now()
    for (const [i, text] of texts.entries()) {
      const due = start + (i * 1_000) / callsPerSecond
      const wait = due - performance.now()
      if (wait > 0) await setTimeout(wait)
      // A timer may ring a little early.
      const from = Math.min(due, performance.now())
      const kind = i % 5 === 4 ? 'add' : 'search'
      const call =
        kind === 'add' ? memory.add(text, scope) : memory.search(text, { ...scope, topK: 10, mode: 'vector' })
      pending.push(
        call.then(
          () => void times[kind].push(performance.now() - from),
          () => void failures[kind]++,
        ),
      )
    }
    await Promise.all(pending)
    const seconds = (performance.now() - start) / 1_000
    await memory.close()
    return (['search', 'add'] as const).map((kind): CellRow => ({
      what: `mixed load: ${kind}`,
      size: bench.size,
      samples: { 'items/s': [times[kind].length / seconds] },
      calls: times[kind],
      failures: failures[kind],
    }))
  },
}
