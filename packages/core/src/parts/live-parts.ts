import { MemoryError } from '../contracts/errors.ts'
import type { Store } from '../contracts/store.ts'
import { Lifecycle } from '../guards/lifecycle.ts'
import type { MemoryOptions } from '../memory-api.ts'
import { givenError } from './given-ids.ts'
import type { MemoryParts } from './memory-parts.ts'

/** A change of the model, as the calls that wait for its end see it. */
export interface Reembedding {
  /** Settled when the change has ended, well or not; never rejected. */
  readonly done: Promise<unknown>
  abort(): void
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** True for a call that cannot be made again, because it uses up what it was given. */
  readonly once?: boolean
}

/** What the calls of a Memory work on, and the one door that they go through. */
export class LiveParts {
  /** Replaced as a whole when the model changes: a call works with the parts that it began with. */
  parts: MemoryParts
  /** A change of the model that is running. */
  reembedding: Reembedding | undefined
  /** Of every model. */
  readonly store: Store
  readonly options: MemoryOptions
  readonly life: Lifecycle = new Lifecycle('The memory')

  constructor(parts: MemoryParts, store: Store, options: MemoryOptions) {
    this.parts = parts
    this.store = store
    this.options = options
  }

  /** Whether closing the memory closes what it was opened with. */
  get closesParts(): boolean {
    return this.options.closeParts ?? true
  }

  /** Runs a call while the memory is open. `doing` names the call in errors. */
  run<T>(
    doing: string,
    work: (parts: MemoryParts) => Promise<T>,
    { signal, once = false }: RunOptions,
  ): Promise<T> {
    return this.life.run(doing, () => this.onParts(work, once ? doing : undefined), signal)
  }

  /**
   * Runs some work on the parts of now. When the model changes under it, the work is run again on the new parts: what
   * it wrote for the old model was refused, and it has read nothing of the new one. `once` names a call that cannot
   * be made again.
   */
  async onParts<T>(work: (parts: MemoryParts) => Promise<T>, once?: string): Promise<T> {
    for (;;) {
      const { parts } = this
      try {
        return await work(parts)
      } catch (thrown) {
        const error = givenError(thrown)
        if (!MemoryError.is(error) || (error.code !== 'MODEL_MISMATCH' && error.code !== 'CLOSED'))
          throw error
        await this.reembedding?.done
        if (this.parts === parts) throw error
        if (once === undefined) continue
        const message = `The model was changed while ${once} read a stream, which cannot be read again; call it with a new stream.`
        throw new MemoryError('MODEL_MISMATCH', message, { cause: error })
      }
    }
  }
}
