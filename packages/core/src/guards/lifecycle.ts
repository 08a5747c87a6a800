import { MemoryError, throwIfAborted } from '../contracts/errors.ts'

/**
 * Lets calls through while an object is open, turns what they throw into a MemoryError, and closes
 * once: new calls are refused at once, those under way are waited for.
 */
export class Lifecycle {
  readonly #name: string
  readonly #running = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(name: string) {
    this.#name = name
  }

  get closed(): boolean {
    return this.#closing !== undefined
  }

  /** Runs a call. `doing` completes the sentence "<name>: <doing>" of an error that is not a MemoryError yet. */
  async run<T>(doing: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.check(doing)
    throwIfAborted(signal)
    const running = (async () => work())()
    this.#running.add(running)
    try {
      return await running
    } catch (error) {
      throw MemoryError.from(error, `${this.#name}: ${doing} failed`)
    } finally {
      this.#running.delete(running)
    }
  }

  check(doing: string): void {
    if (this.closed) throw new MemoryError('CLOSED', `${this.#name} is closed; ${doing} needs it open.`)
  }

  /** Every call returns the one promise of the first. */
  close(work: () => Promise<void>): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.allSettled(this.#running)
      try {
        await work()
      } catch (error) {
        throw MemoryError.from(error, `${this.#name}: close failed`)
      }
    })()
    return this.#closing
  }
}
