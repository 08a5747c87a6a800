import { MemoryError, throwIfAborted } from '@agentmem/core/adapter'

/**
 * Runs work that is given up when its time is over (`TIMEOUT`) or the caller's signal aborts (`ABORTED`), whether it
 * watches the signal that it gets or not.
 */
export async function withinTime<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal)
  const ending = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  ending.signal.addEventListener('abort', () => reject(ending.signal.reason as MemoryError), { once: true })
  const abort = (): void => {
    const message = 'The call was aborted by its signal.'
    ending.abort(new MemoryError('ABORTED', message, { cause: signal?.reason }))
  }
  const expire = (): void => ending.abort(new MemoryError('TIMEOUT', `no answer in ${milliseconds} ms`))
  signal?.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(expire, milliseconds)
  try {
    return await Promise.race([work(ending.signal), ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
