/** One of each part. */
export interface Combination {
  readonly store: string
  readonly index: string
  readonly embedder: string
}

/** What one process is to measure. */
export interface CellSpec {
  readonly scenario: string
  readonly combination: Combination
  /** Batch sizes, or the one number of memories, that the scenario is about. */
  readonly sizes: readonly number[]
  readonly round: number
  readonly quick: boolean
}

/** What was measured of one thing in one process. Times are milliseconds. */
export interface CellRow {
  /** Such as 'addBatch' or 'search'. */
  readonly what: string
  readonly size: number
  /** Values of which the median over all rounds is of interest, by name. */
  readonly samples: Readonly<Record<string, readonly number[]>>
  /** What single calls took, in the order they were made. */
  readonly calls?: readonly number[] | undefined
  /** Calls that were rejected. */
  readonly failures: number
  /** Numbers that should not change from round to round, such as statements a batch. */
  readonly facts?: Readonly<Record<string, number>> | undefined
}

export interface CellResult {
  readonly spec: CellSpec
  readonly rows: readonly CellRow[]
  /** Resident memory of the process at its peak, servers not counted. */
  readonly peakRssBytes: number
  readonly seconds: number
}

/** Tells cells of one run apart; good as a file name. */
export function nameOf({ scenario, combination, sizes, round }: CellSpec): string {
  const { store, index, embedder } = combination
  return [scenario, store, index, embedder, sizes.join('-'), `round${round}`].join('.')
}
