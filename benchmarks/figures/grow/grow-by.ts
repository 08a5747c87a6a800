import { monitorEventLoopDelay } from 'node:perf_hooks'

import type { Memory } from '@agentmem/core'

import { bytesOf } from '../../opening/own-place.ts'
import { sampleTexts } from '../../scenarios/sample-texts.ts'
import {
  batchSize,
  knownSearches,
  middle,
  openGrown,
  residentNow,
  searchBoth,
  timed,
  userAt,
} from './grown-memory.ts'
import type { Times } from './grown-memory.ts'
import type { Grown } from './openers-of.ts'
import { recallAmong } from './recall-among.ts'

/** What one step took. */
export interface GrownRow {
  /** At the end of the step. */
  readonly memories: number
  readonly acknowledged: number
  /** Until all of the step were in the index, a second. */
  readonly indexed: number
  readonly batch: Times
  /** While memories were added. */
  readonly one: Times
  readonly all: Times
  /** After the flush, nothing else going on. */
  readonly oneIdle: Times
  readonly allIdle: Times
  /** Of searches of all and of one user; rows of before it was taken lack it. */
  readonly recall?: number
  readonly eventLoop: Times
  readonly resident: number
  readonly mostResident: number
  readonly opened: number
  readonly residentOpened: number
  readonly disk: number
}

export const headings: Readonly<Record<keyof GrownRow, string>> = {
  memories: 'memories',
  acknowledged: 'ack/s',
  indexed: 'indexed/s',
  batch: 'addBatch',
  one: 'search 1,000, adding',
  all: 'search all, adding',
  oneIdle: 'search 1,000',
  allIdle: 'search all',
  recall: 'recall',
  eventLoop: 'event loop p99, max',
  resident: 'resident',
  mostResident: 'at most',
  opened: 'open ms',
  residentOpened: 'resident, opened',
  disk: 'disk',
}

const idleSearches = 50

/** Adds some memories to those that are there, searches between, closes, and opens once more. */
export async function growBy(grown: Grown, from: number, count: number): Promise<GrownRow> {
  const memory = await openGrown(grown)
  const times = { batch: [] as number[], one: [] as number[], all: [] as number[] }
  const idle = { one: [] as number[], all: [] as number[] }
  let mostResident = 0
  let adding = 0
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  for (let done = from; done < from + count; done += batchSize) {
    const texts = sampleTexts(done, Math.min(batchSize, from + count - done))
    const scope = { userId: userAt(done), agentId: 'assistant' }
    adding += await timed(times.batch, () => memory.addBatch(texts, scope))
    await searchBoth(memory, done, times)
    mostResident = Math.max(mostResident, process.memoryUsage.rss())
  }
  await memory.flush()
  const indexed = performance.now() - began
  delay.disable()
  for (let i = 0; i < idleSearches; i++) await searchBoth(memory, from + i * batchSize, idle)
  const resident = residentNow()
  const recall = await recallAmong(memory, knownSearches(from + count))
  await memory.close()

  const opening: number[] = []
  let again: Memory | undefined
  await timed(opening, async () => (again = await openGrown(grown)))
  await again?.search('cold swimming', { userId: userAt(0), mode: 'vector' })
  const residentOpened = residentNow()
  await again?.close()
  return {
    memories: from + count,
    acknowledged: (count * 1_000) / adding,
    indexed: (count * 1_000) / indexed,
    batch: middle(times.batch),
    one: middle(times.one),
    all: middle(times.all),
    oneIdle: middle(idle.one),
    allIdle: middle(idle.all),
    recall,
    eventLoop: [delay.percentile(99) / 1e6, delay.max / 1e6],
    resident,
    mostResident: mostResident / 1e6,
    opened: opening[0] ?? Number.NaN,
    residentOpened,
    disk: (await bytesOf(grown.folder)) / 1e6,
  }
}
