import { baseIndexOf } from '../measured/base-index.ts'
import type { BenchSettings } from '../measured/bench-settings.ts'
import type { CellSpec, Combination } from '../measured/cell.ts'
import { embedders } from '../opening/backends.ts'
import { scenarios } from '../scenarios/all-scenarios.ts'
import type { Extent, Scenario } from '../scenarios/workbench.ts'

/** What a process needs to start and to end. */
const processSeconds = 1

/**
 * The cells of a run, in the order they are measured: round by round, every other round in reverse, so that
 * what the machine does meanwhile falls on all alike.
 */
export function planCells(settings: BenchSettings): CellSpec[] {
  const rounds = Array.from({ length: settings.rounds }, (_, round) => {
    const cells = settings.scenarios.flatMap(name => cellsOf(name, settings, round))
    return round % 2 === 0 ? cells : cells.toReversed()
  })
  return rounds.flat()
}

/** About how long these cells take, in seconds. */
export function estimateSeconds(cells: readonly CellSpec[]): number {
  const seconds = cells.map(({ scenario, sizes, quick, combination }) => {
    const slowness = embedders[combination.embedder]?.slowness ?? 1
    const own = scenarios[scenario]?.seconds(sizes.at(-1) ?? 0) ?? 0
    return quick ? processSeconds : processSeconds + own * slowness
  })
  return seconds.reduce((sum, value) => sum + value, 0)
}

function cellsOf(name: string, settings: BenchSettings, round: number): CellSpec[] {
  const scenario = scenarios[name]
  if (!scenario) return []
  const { quick } = settings
  return sizesOf(scenario, settings)
    .filter(sizes => round < (scenario.mostRounds?.(sizes[0] ?? 0) ?? Infinity))
    .flatMap(sizes =>
      combinationsOf(scenario.extent, settings)
        .filter(({ embedder }) => embedder === settings.embedders[0] || isSmall(scenario, sizes))
        .map(combination => ({ scenario: name, combination, sizes, round, quick })),
    )
}

/** What a second embedder, which may be a slow model, is measured with as well. */
function isSmall({ memories }: Scenario, sizes: readonly number[]): boolean {
  return !memories || sizes.every(size => size <= 1_000)
}

function sizesOf(
  { memories, quickMemories }: Scenario,
  { sizes, quick }: BenchSettings,
): (readonly number[])[] {
  const single = quick ? (quickMemories ?? memories) : memories
  return single ? single.map(size => [size]) : [sizes]
}

function combinationsOf(extent: Extent, { stores, indexes, embedders }: BenchSettings): Combination[] {
  const baseStore = stores[0]
  const baseIndex = baseIndexOf(indexes)
  const isBase = { store: (name: string) => name === baseStore, index: (name: string) => name === baseIndex }
  const wanted: Record<Extent, (store: string, index: string) => boolean> = {
    all: () => true,
    cross: (store, index) => isBase.store(store) || isBase.index(index),
    indexes: store => isBase.store(store),
    base: (store, index) => isBase.store(store) && isBase.index(index),
  }
  // What an embedder adds is the same everywhere: the second one is measured with the base parts alone.
  return embedders.flatMap((embedder, i) =>
    stores.flatMap(store =>
      indexes
        .filter(index => wanted[i === 0 ? extent : 'base'](store, index))
        .map(index => ({ store, index, embedder })),
    ),
  )
}
