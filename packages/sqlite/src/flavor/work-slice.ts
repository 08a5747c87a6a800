import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long statements may run one after another before others get their turn. */
const sliceMs = 5

/** Lets the event loop turn between the statements of a large batch, since SQLite works in this thread. */
export class WorkSlice {
  #workedMs = 0

  /** Await it before each statement. */
  async pause(): Promise<void> {
    if (this.#workedMs < sliceMs) return
    await nextTurn()
    this.#workedMs = 0
  }

  measure<T>(work: () => T): T {
    const start = performance.now()
    try {
      return work()
    } finally {
      this.#workedMs += performance.now() - start
    }
  }
}
