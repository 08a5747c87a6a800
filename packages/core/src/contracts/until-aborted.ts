import { MemoryError, throwIfAborted } from './errors.ts'

/** Waits for work, at most until the signal aborts, which throws `ABORTED`: the work goes on, and its error is ignored. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  work.catch(() => undefined)
  throwIfAborted(signal)
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void =>
    reject(new MemoryError('ABORTED', 'The call was aborted by its signal.', { cause: signal.reason }))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
