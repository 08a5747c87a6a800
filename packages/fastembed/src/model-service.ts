import { throwIfAborted } from '@agentmem/core/adapter'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ModelSettings } from './fast-options.ts'
import { GroupedModel } from './grouped-model.ts'
import type { ModelRun } from './grouped-model.ts'
import { loadModel } from './load-model.ts'

/** What is told while a model is loaded. */
export interface ModelReports {
  readonly onDownload: (bytes: number) => void
  readonly onWarning: (message: string) => void
}

/**
 * A model that several calls use: it is loaded for the first of them, and runs for one after another in turns,
 * so that a short call does not wait for the end of a long one. The event loop gets its turn after each run.
 */
export class ModelService {
  readonly #settings: ModelSettings
  readonly #reports: ModelReports
  #loading: Promise<GroupedModel> | undefined
  /** The turn that was given out last; the next one begins when it has ended. */
  #lastTurn: Promise<unknown> = Promise.resolve()

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
      const { done, value } = await this.#inTurn(() => {
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

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work)
    this.#lastTurn = turn.then(
      () => nextTurn(),
      () => undefined,
    )
    return turn
  }
}
