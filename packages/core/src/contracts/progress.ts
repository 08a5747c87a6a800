import type { CallOptions } from './log.ts'

/** Another name of {@link CallOptions}. */
export type SignalOptions = CallOptions

export interface Progress {
  readonly done: number
  /** Undefined when it is not known beforehand. */
  readonly total?: number | undefined
}

export interface ProgressOptions extends SignalOptions {
  /** Told from time to time how far the call has come. What has several parts, such as a repair, counts each anew. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}
