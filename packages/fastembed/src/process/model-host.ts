import type { ModelCall, ModelRun } from '../models/local-model.ts'

/** What was done with a model since it was opened. */
export interface LocalModelStats {
  /** Texts that got their result: a vector, or a score. */
  readonly texts: number
  /** Those of them that the model did not read to the end. */
  readonly truncated: number
  /** Runs of the model: each is for texts of one length. */
  readonly runs: number
  /** How often the process of the model had to be started again. */
  readonly restarts: number
  /** Of the process that the model runs in; undefined while it does not run. */
  readonly processId: number | undefined
}

/** Runs a model, in this process or in a child of it. */
export interface ModelHost {
  /** How often the process of the model had to be started again. */
  readonly restarts: number
  /** Undefined while the process of the model does not run. */
  readonly processId: number | undefined
  /** Hands over what each run gave, each text once. Rejects as soon as the signal aborts. */
  run(call: ModelCall, onRun: (run: ModelRun) => void, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}
