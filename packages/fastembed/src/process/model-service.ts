import { inTurn, throwIfAborted } from '@agentmem/core/adapter'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { loadLocalModel } from '../models/load-local-model.ts'
import type { LocalModelSettings, ModelReports } from '../models/load-local-model.ts'
import type { LocalModel, ModelCall, ModelRun } from '../models/local-model.ts'

/**
 * A model that several calls use. It is loaded for the first call, and runs for the calls in turns,
 * so that a short call does not wait for the end of a long one. The event loop gets its turn after each run.
 */
export class ModelService {
  readonly #settings: LocalModelSettings
  readonly #reports: ModelReports
  #loading: Promise<LocalModel> | undefined
  /** One run of the model at a time. */
  readonly #inTurn = inTurn()

  constructor(settings: LocalModelSettings, reports: ModelReports) {
    this.#settings = settings
    this.#reports = reports
  }

  /** Hands over what each run gave. A model that cannot be loaded is tried again by the next call. */
  async run(call: ModelCall, onRun: (run: ModelRun) => void, signal?: AbortSignal): Promise<void> {
    this.#loading ??= this.#load()
    const model = await this.#loading
    const runs = model.run(call)
    for (;;) {
      const { done, value } = await this.#turn(() => {
        throwIfAborted(signal)
        return runs.next()
      })
      if (done) return
      onRun(value)
    }
  }

  async #load(): Promise<LocalModel> {
    try {
      return await loadLocalModel(this.#settings, this.#reports)
    } catch (error) {
      this.#loading = undefined
      throw error
    }
  }

  /** The event loop gets its turn before the next run, of whichever call. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#inTurn(work)
    void this.#inTurn(() => nextTurn())
    return run
  }
}
