import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import { untilAborted } from '../contracts/until-aborted.ts'

/** How long closing waits for the calls under way. Then they are left to fail on what is closed beneath them. */
const longestWaitMs = 60_000

/**
 * Lets calls through while an object is open, turns what they throw into a MemoryError, and closes
 * once: new calls are refused at once, those under way are waited for, a minute at most. A call ends with its signal,
 * whatever its work waits for. With `forgetsGivenUp`, for what writes nothing, closing waits for no call that its caller has
 * given up.
 */
export class Lifecycle {
  readonly #name: string
  readonly #forgetsGivenUp: boolean
  readonly #running = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(name: string, { forgetsGivenUp = false }: { readonly forgetsGivenUp?: boolean } = {}) {
    this.#name = name
    this.#forgetsGivenUp = forgetsGivenUp
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
    // What a call that was given up still writes is waited for by `close`.
    const end = (): void => void this.#running.delete(running)
    running.then(end, end)
    try {
      return await untilAborted(running, signal)
    } catch (error) {
      if (this.#forgetsGivenUp) end()
      throw MemoryError.from(error, `${this.#name}: ${doing} failed`)
    }
  }

  check(doing: string): void {
    if (this.closed) throw new MemoryError('CLOSED', `${this.#name} is closed; ${doing} needs it open.`)
  }

  /** Every call returns the one promise of the first. An aborted signal ends the wait for the calls under way. */
  close(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    this.#closing ??= (async () => {
      await this.#ended(signal)
      try {
        await work()
      } catch (error) {
        throw MemoryError.from(error, `${this.#name}: close failed`)
      }
    })()
    return this.#closing
  }

  async #ended(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running.size === 0) return
    const { promise: waited, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, longestWaitMs)
    await untilAborted(Promise.race([Promise.allSettled(this.#running), waited]), signal).catch(
      () => undefined,
    )
    clearTimeout(timer)
  }
}
