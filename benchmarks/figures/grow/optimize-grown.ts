import type { Memory } from '@agentmem/core'

import {
  batchSize,
  knownSearches,
  middle,
  openGrown,
  residentNow,
  searchBoth,
  timed,
} from './grown-memory.ts'
import type { Times } from './grown-memory.ts'
import type { Grown } from './openers-of.ts'
import { recallAmong } from './recall-among.ts'

const searches = 200

/** What searches take once the index has done all that it can: `optimize` builds every graph. */
export interface OptimizedRow {
  readonly memories: number
  /** Seconds. */
  readonly optimize: number
  readonly one: Times
  readonly all: Times
  readonly recall: number
  readonly opened: number
  readonly resident: number
}

export async function optimizeGrown(grown: Grown, memories: number): Promise<OptimizedRow> {
  const times = { one: [] as number[], all: [] as number[] }
  const before = await openGrown(grown)
  const began = performance.now()
  await before.optimize()
  const optimize = (performance.now() - began) / 1_000
  await before.close()

  const opening: number[] = []
  let memory: Memory | undefined
  await timed(opening, async () => (memory = await openGrown(grown)))
  if (!memory) throw new Error('Nothing was opened.')
  for (let i = 0; i < searches; i++) await searchBoth(memory, i * batchSize, times)
  const resident = residentNow()
  const recall = await recallAmong(memory, knownSearches(memories))
  await memory.close()
  return {
    memories,
    optimize,
    one: middle(times.one),
    all: middle(times.all),
    recall,
    opened: opening[0] ?? Number.NaN,
    resident,
  }
}
