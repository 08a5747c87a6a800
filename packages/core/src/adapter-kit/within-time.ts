import { MemoryError, throwIfAborted } from '../contracts/errors.ts'

export interface TimeLimit<T> {
  /** What `TIMEOUT` says, given the limit in milliseconds: it names the option to raise. */
  readonly message: (ms: number) => string
  /** Ends the wait with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /** Takes what comes after the wait has ended, such as a connection to give back. */
  readonly onLate?: ((late: T) => void) | undefined
}

/**
 * Waits for work for at most `ms` milliseconds. Past them it throws `TIMEOUT`, and when the caller's signal aborts,
 * `ABORTED`; the signal that the work gets aborts in both cases. The wait ends whether the work heeds it or not:
 * what the work gives later goes to `onLate`, and its later failure is ignored.
 */
export async function withinTime<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  { message, signal, onLate }: TimeLimit<T>,
): Promise<T> {
  throwIfAborted(signal)
  const ending = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = (error: MemoryError): void => {
    // Before the work hears of it: its own error must not come first.
    reject(error)
    ending.abort(error)
  }
  const onAbort = (): void =>
    end(new MemoryError('ABORTED', 'The call was aborted by its signal.', { cause: signal?.reason }))
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => end(new MemoryError('TIMEOUT', message(ms))), ms)
  const working = (async () => work(ending.signal))()
  try {
    return await Promise.race([working, ended])
  } catch (error) {
    working.then(
      late => onLate?.(late),
      () => undefined,
    )
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
