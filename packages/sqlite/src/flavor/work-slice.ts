import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long a turn of the event loop may take before others get theirs. */
const sliceMs = 5

/**
 * Lets the event loop turn between statements, since SQLite works in this thread. A statement is awaited without a turn, and so are
 * most other steps of a write: many short batches, one after the other, would else be one long turn.
 */
export class WorkSlice {
  /** When the first statement of this turn was about to run; undefined before it. */
  #began: number | undefined

  /** Await it before each statement. */
  async pause(): Promise<void> {
    if (this.#began !== undefined && performance.now() - this.#began >= sliceMs) await nextTurn()
    if (this.#began !== undefined) return
    this.#began = performance.now()
    setImmediate(() => (this.#began = undefined)).unref()
  }
}
