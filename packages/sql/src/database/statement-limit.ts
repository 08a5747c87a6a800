import { AsyncLocalStorage } from 'node:async_hooks'
import { MemoryError, throwIfAborted } from '@agentmem/core/adapter'

/** How long a statement may take, in milliseconds, unless an option says otherwise. */
export const defaultStatementTimeoutMs = 60_000

interface Limits {
  /** Ends each wait of the call. */
  readonly signal?: AbortSignal | undefined
  /** True for statements that take as long as they need. */
  readonly isUnlimited?: boolean
}

/** Statements go through Kysely, which hands no signal down to the connection. */
const limits = new AsyncLocalStorage<Limits>()

/** Runs the work of a call, whose statements end with its signal. */
export function withSignal<T>(signal: AbortSignal | undefined, work: () => T): T {
  return signal || limits.getStore() ? limits.run({ signal }, work) : work()
}

/** Runs work whose statements may take as long as they need, such as a migration of large tables. */
export function unlimited<T>(work: () => T): T {
  return limits.run({ isUnlimited: true }, work)
}

/** The signal of the call that runs. */
export function currentSignal(): AbortSignal | undefined {
  return limits.getStore()?.signal
}

export interface StatementLimit {
  readonly ms: number
  /**
   * Called when an answer is no longer waited for: drops the connection, which nobody else can use, and ends what the
   * server still does for it.
   */
  readonly giveUp: () => void
  /** False for what ends a transaction, whoever has gone. Default true. */
  readonly heedsSignal?: boolean
}

/**
 * Waits for the answer to a statement, at most until the signal of its call aborts (`ABORTED`) or `ms` have passed
 * (`TIMEOUT`): a connection that is lost without a word says nothing for hours.
 */
export async function limited<T>(
  send: () => Promise<T>,
  { ms, giveUp, heedsSignal = true }: StatementLimit,
): Promise<T> {
  const { signal, isUnlimited = false } = limits.getStore() ?? {}
  const heeded = heedsSignal ? signal : undefined
  throwIfAborted(heeded)
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const end = (error: MemoryError): void => {
    // Before the connection is dropped: its own error must not come first.
    reject(error)
    giveUp()
  }
  const onAbort = (): void =>
    end(new MemoryError('ABORTED', 'The call was aborted by its signal.', { cause: heeded?.reason }))
  const timer =
    isUnlimited || ms === Infinity
      ? undefined
      : setTimeout(() => end(notAnswered(ms)), Math.min(ms, longestMs))
  heeded?.addEventListener('abort', onAbort, { once: true })
  send().then(resolve, reject)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    heeded?.removeEventListener('abort', onAbort)
  }
}

/** The longest time that a timer can hold. */
const longestMs = 2 ** 31 - 1

const unanswered = new WeakSet<MemoryError>()

/** True for a `TIMEOUT` of a statement that was sent and not answered: whether the server has carried it out is not known. */
export function isUnanswered(error: unknown): boolean {
  return MemoryError.is(error) && unanswered.has(error)
}

function notAnswered(ms: number): MemoryError {
  const error = new MemoryError(
    'TIMEOUT',
    `A statement was not answered within ${ms} ms, and its connection was dropped; see whether the server can be reached, or raise statementTimeoutMs.`,
  )
  unanswered.add(error)
  return error
}
