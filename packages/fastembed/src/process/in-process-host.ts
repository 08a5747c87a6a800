import { MemoryError } from '@agentmem/core/adapter'
import type { LocalModelSettings, ModelReports } from '../models/load-local-model.ts'
import type { ModelCall, ModelRun } from '../models/local-model.ts'
import type { ModelHost } from './model-host.ts'
import { ModelService } from './model-service.ts'

/** Runs the model in this process: onnxruntime blocks its event loop for the length of a run. */
export class InProcessHost implements ModelHost {
  readonly restarts = 0
  /** The model goes with the last reference to it. */
  #service: ModelService | undefined

  constructor(settings: LocalModelSettings, reports: ModelReports) {
    this.#service = new ModelService(settings, reports)
  }

  get processId(): number | undefined {
    return this.#service && process.pid
  }

  async run(call: ModelCall, onRun: (run: ModelRun) => void, signal?: AbortSignal): Promise<void> {
    if (!this.#service) throw new MemoryError('CLOSED', 'The model is closed.')
    const give = (run: ModelRun): void => {
      if (!signal?.aborted) onRun(run)
    }
    const work = this.#service.run(call, give, signal)
    if (!signal) return work
    // Loading may include a download, which cannot be aborted.
    const stop = Promise.withResolvers<never>()
    const onAbort = (): void => {
      stop.reject(new MemoryError('ABORTED', 'The call was aborted by its signal.', { cause: signal.reason }))
    }
    signal.addEventListener('abort', onAbort)
    try {
      await Promise.race([work, stop.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async close(): Promise<void> {
    this.#service = undefined
  }
}
