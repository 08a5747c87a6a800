/** What a run measures. A run continues an interrupted one only if all of these are equal. */
export interface BenchSettings {
  readonly stores: readonly string[]
  readonly indexes: readonly string[]
  readonly embedders: readonly string[]
  readonly scenarios: readonly string[]
  /** Batch sizes of the scenario `add`, ascending. */
  readonly sizes: readonly number[]
  /** Processes for each cell. */
  readonly rounds: number
  /** Small numbers, which show that everything works and measure nothing. */
  readonly quick: boolean
  /** Of the bootstrap. */
  readonly seed: number
}
