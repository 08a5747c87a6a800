import type { Embedder, Memory, MemoryOptions, Store, VectorIndex } from '@agentmem/core'

import type { Floor } from '../floors/floor.ts'
import type { CellRow } from '../measured/cell.ts'

/** A Memory and what it was made of; closing the Memory closes all. */
export interface Opened {
  readonly memory: Memory
  readonly store: Store
  readonly index: VectorIndex
  readonly embedder: Embedder
}

export type OpenOptions = Pick<
  MemoryOptions,
  'cache' | 'coalesce' | 'extractor' | 'follower' | 'infer' | 'reranker' | 'text'
>

/** What a scenario works with. It cannot see which backends it measures. */
export interface Workbench {
  /** Batch sizes, ascending; scenarios about one number of memories take `size`. */
  readonly sizes: readonly number[]
  readonly size: number
  /** Counted from 0; every other round goes through its strategies in reverse. */
  readonly round: number
  /** True when a run only has to show that everything works. */
  readonly quick: boolean
  /** Opens the data of this cell: empty at first, the same data each time. */
  open(options?: OpenOptions): Promise<Opened>
  /** The hand-written counterpart of the store, on data of its own; undefined when there is none. */
  openFloor(): Promise<Floor | undefined>
  /** Texts that this cell has not had yet. */
  freshTexts(count: number): string[]
  /** What store and index keep on disk; undefined when they keep nothing there. */
  bytesOnDisk(): Promise<number | undefined>
}

/** Over which combinations of those asked for a scenario runs. */
export type Extent =
  /** Every store with every index. */
  | 'all'
  /** Every store with the base index, and every index with the base store. */
  | 'cross'
  /** Every index, with the base store. */
  | 'indexes'
  /** The base store with the base index. */
  | 'base'

export interface Scenario {
  /** A sentence for the report. */
  readonly about: string
  readonly extent: Extent
  /** The numbers of memories that it is measured with, each in a process of its own; undefined: batch sizes. */
  readonly memories?: readonly number[]
  /** The same for a quick run. */
  readonly quickMemories?: readonly number[]
  /** What is repeated this often at most, however many rounds are asked for. */
  readonly mostRounds?: (memories: number) => number
  /** About how long one process takes, for the estimate. */
  readonly seconds: (memories: number) => number
  readonly run: (bench: Workbench) => Promise<CellRow[]>
}
