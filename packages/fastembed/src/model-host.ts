import type { ModelRun } from './grouped-model.ts'

/** Runs a model, in this process or in a child of it. */
export interface ModelHost {
  /** How often the process of the model had to be started again. */
  readonly restarts: number
  /** Undefined while the process of the model does not run. */
  readonly processId: number | undefined
  /** Hands over what each run gave, each text once. Rejects as soon as the signal aborts. */
  embed(
    texts: readonly string[],
    offset: number,
    onRun: (run: ModelRun) => void,
    signal?: AbortSignal,
  ): Promise<void>
  close(): Promise<void>
}
