import type { CallOptions } from './log.ts'

/** Another name of {@link CallOptions}. */
export type SignalOptions = CallOptions

/** How far a call has come. */
export interface Progress {
  /** How many memories, texts or changes are done. */
  readonly done: number
  /** Undefined when the total is not known beforehand. */
  readonly total?: number | undefined
}

/** What calls that take a while take. */
export interface ProgressOptions extends SignalOptions {
  /**
   * Called from time to time with the progress of the call. A call with several parts, such as a repair, counts
   * each part from 0. Default: nobody is told.
   */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}
