import type { CallOptions } from './log.ts'

/** Another name of {@link CallOptions}. */
export type SignalOptions = CallOptions

export interface Progress {
  readonly done: number
  /** Undefined when the total is not known beforehand. */
  readonly total?: number | undefined
}

export interface ProgressOptions extends SignalOptions {
  /**
   * Called from time to time with the progress of the call. A call with several parts, such as a repair, counts
   * each part from 0.
   */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}
