import { inTurn, throwIfAborted } from '@agentmem/core/adapter'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ModelSettings } from './fast-options.ts'
import { GroupedModel } from './grouped-model.ts'
import type { ModelRun } from './grouped-model.ts'
import { loadModel } from './load-model.ts'

/** Reports made while a model is loaded. */
export interface ModelReports {
  readonly onDownload: (bytes: number) => void
  readonly onWarning: (message: string) => void
}

/**
 * A model that several calls use. It is loaded for the first call, and runs for the calls in turns,
 * so that a short call does not wait for the end of a long one. The event loop gets its turn after each run.
 */
export class ModelService {
  readonly #settings: ModelSettings
  readonly #reports: ModelReports
  #loading: Promise<GroupedModel> | undefined
  /** One run of the model at a time. */
  readonly #inTurn = inTurn()

  constructor(settings: ModelSettings, reports: ModelReports) {
    this.#settings = settings
    this.#reports = reports
  }

  /** Hands over what each run gave. A model that cannot be loaded is tried again by the next call. */
  async embed(
    texts: readonly string[],
    offset: number,
    onRun: (run: ModelRun) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    this.#loading ??= this.#load()
    const model = await this.#loading
    const runs = model.embed(texts, offset)
    for (;;) {
      const { done, value } = await this.#run(() => {
        throwIfAborted(signal)
        return runs.next()
      })
      if (done) return
      onRun(value)
    }
  }

  async #load(): Promise<GroupedModel> {
    try {
      return new GroupedModel(
        await loadModel(this.#settings, this.#reports.onDownload),
        this.#settings,
        this.#reports.onWarning,
      )
    } catch (error) {
      this.#loading = undefined
      throw error
    }
  }

  /** The event loop gets its turn before the next run, of whichever call. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#inTurn(work)
    void this.#inTurn(() => nextTurn())
    return run
  }
}
