import type { LogSource } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import type { SplitPoint } from './split-point.ts'

/**
 * Looks how far an index has come by the hands of others. One that is past what was read of the log may hold vectors
 * of another model by then: the Store is asked, and refuses with `MODEL_MISMATCH`.
 */
export class IndexWatch {
  readonly #store: LogSource
  readonly #index: VectorIndex
  readonly #splitPoint: SplitPoint

  constructor(store: LogSource, index: VectorIndex, splitPoint: SplitPoint) {
    this.#store = store
    this.#index = index
    this.#splitPoint = splitPoint
  }

  /**
   * For a reader who is far behind: an index that is past what was read makes reading that unnecessary. Returns
   * whether the log is to be read from another position than before.
   */
  async look(): Promise<boolean> {
    const { cursor, wentBack } = await this.#cursor()
    const { tail, position } = this.#splitPoint
    const isApart = wentBack || cursor > position
    if (isApart || tail.size === 0) await this.#adopt(cursor, wentBack)
    return isApart
  }

  /**
   * For a search that has asked the index: returns whether that still holds what the tail does not. Where it does
   * not, another process has emptied it, and the log is to be read from where it stands now.
   */
  async keepsUpTo(position: number): Promise<boolean> {
    const cursor = await this.#index.cursor()
    const wentBack = cursor < position
    if (wentBack || this.#splitPoint.tail.size === 0) await this.#adopt(cursor, wentBack)
    else await this.#checkModel(cursor)
    return !wentBack
  }

  /** Drops from the tail what the index holds. Returns whether it has moved since this was asked last. */
  async observe(): Promise<boolean> {
    const { cursor, wentBack } = await this.#cursor()
    const hasMoved = cursor !== this.#splitPoint.indexed
    if (hasMoved) await this.#adopt(cursor, wentBack)
    return hasMoved
  }

  async #adopt(cursor: number, wentBack: boolean): Promise<void> {
    await this.#checkModel(cursor)
    await this.#splitPoint.adopt(cursor, wentBack)
  }

  async #checkModel(cursor: number): Promise<void> {
    const { position } = this.#splitPoint
    if (cursor > position) await this.#store.changes({ after: position, limit: 1 })
  }

  async #cursor(): Promise<{ cursor: number; wentBack: boolean }> {
    for (;;) {
      const before = this.#splitPoint.indexed
      const cursor = await this.#index.cursor()
      if (cursor < before) return { cursor, wentBack: true }
      // Otherwise a flush or another look has ended meanwhile, and this answer may be from before it.
      if (cursor >= this.#splitPoint.indexed) return { cursor, wentBack: false }
    }
  }
}
