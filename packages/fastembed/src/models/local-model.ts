/** What a call asks of a model. */
export interface ModelCall {
  readonly texts: readonly string[]
  /** Added to the index of a text in messages. Default 0. */
  readonly offset?: number | undefined
  /** What a cross-encoder reads beside each text. */
  readonly query?: string | undefined
}

/** The result of one run of a model. */
export interface ModelRun {
  /** Which texts of the call it was for. */
  readonly positions: readonly number[]
  /** What it gave for them, end to end, in that order: vectors, or one logit each. */
  readonly values: Float32Array
  /** How many of them the model did not read to the end. */
  readonly truncated: number
}

/** A model that is loaded. */
export interface LocalModel {
  /**
   * Gives one run after another, in any order of the texts. The next run must not be asked for while another is running,
   * be it of another call.
   */
  run(call: ModelCall): AsyncGenerator<ModelRun, void>
}
