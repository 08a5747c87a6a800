import { MemoryError } from '@agentmem/core/adapter'

/** Longest time that a failing backend is left alone, in milliseconds. */
const longestPause = 30_000

/**
 * Keeps calls away from a backend that has just failed, so that not every one of them waits for a timeout. After
 * a pause one call may try; the pauses double from one failed try to the next, up to 30 seconds.
 */
export class CircuitBreaker {
  readonly #firstPause: number
  readonly #now: () => number
  #failures = 0
  #pausedUntil = 0

  constructor(firstPause: number, now: () => number = () => performance.now()) {
    this.#firstPause = firstPause
    this.#now = now
  }

  /** False from a failure until the next success. */
  get works(): boolean {
    return this.#failures === 0
  }

  /** Runs the work, or answers undefined at once during a pause. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    const failures = this.#failures
    if (failures > 0) {
      if (this.#now() < this.#pausedUntil) return undefined
      // The others wait while this one tries.
      this.#pause()
    }
    try {
      const result = await work()
      if (this.#failures === failures) this.#failures = 0
      return result
    } catch (error) {
      // A caller who goes away says nothing about the backend.
      if (MemoryError.is(error) && error.code === 'ABORTED') throw error
      // Calls that were in flight together fail together: that counts once.
      if (this.#failures === failures) {
        this.#failures++
        this.#pause()
      }
      throw error
    }
  }

  #pause(): void {
    const pause = Math.min(longestPause, this.#firstPause * 2 ** Math.max(0, this.#failures - 1))
    this.#pausedUntil = this.#now() + pause
  }
}
