/**
 * The codes of all errors of agentmem. Programs decide by `code`; the message is for people.
 *
 * - `INVALID_ARGUMENT`  invalid call: fix the argument that the message names
 * - `NOT_FOUND`         no memory has that id in that scope
 * - `CONFLICT`          another writer came first (version, unique content, an id of another scope)
 * - `CLOSED`            the object was closed before or during the call
 * - `ABORTED`           the caller's signal aborted the call
 * - `TIMEOUT`           the backend did not answer within its time limit
 * - `UNAVAILABLE`       the backend cannot be reached or is busy; the same call may succeed later
 * - `MODEL_MISMATCH`    the store holds vectors of another embedding model
 * - `SCHEMA`            the stored layout is newer than this version, or is not agentmem's
 * - `CORRUPT`           stored data fails its check
 * - `NOT_INSTALLED`     a package or native addon is missing; the message has the command that installs it
 * - `UNSUPPORTED`       not supported by this backend
 * - `MODEL_ANSWER`      a language model gave an answer that cannot be used, also when it was asked again
 * - `BUDGET`            a limit of calls or tokens that the caller set was reached
 * - `BACKEND`           any other failure of the backend; see `cause`
 */
export const memoryErrorCodes = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'CONFLICT',
  'CLOSED',
  'ABORTED',
  'TIMEOUT',
  'UNAVAILABLE',
  'MODEL_MISMATCH',
  'SCHEMA',
  'CORRUPT',
  'NOT_INSTALLED',
  'UNSUPPORTED',
  'MODEL_ANSWER',
  'BUDGET',
  'BACKEND',
] as const

/** One of {@link memoryErrorCodes}. */
export type MemoryErrorCode = (typeof memoryErrorCodes)[number]

/** Optional facts about a {@link MemoryError}. */
export interface MemoryErrorOptions {
  /** The error that this error wraps. Default: none. */
  readonly cause?: unknown
  /** True when the same call may succeed later, unchanged. Default: true for `TIMEOUT` and `UNAVAILABLE`. */
  readonly retryable?: boolean
}

/** The only error that agentmem throws. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError'
  /** Which of {@link memoryErrorCodes}: what programs decide by. */
  readonly code: MemoryErrorCode
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean

  /**
   * An error with a code and a message for people.
   *
   * @example
   * throw new MemoryError('UNSUPPORTED', 'This program imports text alone.')
   */
  constructor(code: MemoryErrorCode, message: string, options: MemoryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? (code === 'TIMEOUT' || code === 'UNAVAILABLE')
  }

  /**
   * True for a MemoryError, also one that came from another copy of this package.
   *
   * @example
   * const stored = await memory.add('tea', { userId: 'ana' }).catch((error: unknown) => {
   *   if (MemoryError.is(error) && error.retryable) return undefined
   *   throw error
   * })
   */
  static is(error: unknown): error is MemoryError {
    return error instanceof Error && error.name === 'MemoryError' && 'code' in error && 'retryable' in error
  }

  /**
   * The error itself when it is a MemoryError; otherwise one that wraps it: `ABORTED`, `TIMEOUT`, `UNAVAILABLE` for what the system
   * may grant later, such as space on a disk or a connection, or `BACKEND`.
   *
   * @example
   * const error = MemoryError.from(new Error('the disk is full'), 'The backup')
   * console.log(error.code, error.message)
   */
  static from(error: unknown, doing: string): MemoryError {
    if (MemoryError.is(error)) return error
    return new MemoryError(codeOf(error), `${doing}: ${reasonOf(error)}`, { cause: error })
  }
}

/** Codes of the system, and of Node's sockets, for what may be granted later. */
const passing: ReadonlySet<unknown> = new Set(
  (
    'ENOSPC EDQUOT EMFILE ENFILE ENOMEM EAGAIN EBUSY ' +
    'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH EAI_AGAIN'
  ).split(' '),
)

function codeOf(error: unknown): MemoryErrorCode {
  if (!(error instanceof Error)) return 'BACKEND'
  if (error.name === 'AbortError') return 'ABORTED'
  if (error.name === 'TimeoutError') return 'TIMEOUT'
  return 'code' in error && passing.has(error.code) ? 'UNAVAILABLE' : 'BACKEND'
}

/** What an error says; one without a message, such as an `AggregateError` of sockets, by its parts or its name. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return textOf(error)
  if (error.message !== '') return error.message
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join('; ')
  return 'code' in error ? String(error.code) : error.name
}

/** Of a value that was thrown: even one that cannot be made a text. */
function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return `${typeof value === 'object' ? 'an object' : `a ${typeof value}`} was thrown`
  }
}

/** The error of a change to a memory that does not exist. */
export function notFound(id: string): MemoryError {
  return new MemoryError(
    'NOT_FOUND',
    `There is no memory with the id ${JSON.stringify(id)} in this scope; nothing of it was changed.`,
  )
}

/** The error of a commit that says a memory is done which does not wait: another was faster. */
export function notPending(id: string): MemoryError {
  return new MemoryError(
    'CONFLICT',
    `The memory ${JSON.stringify(id)} does not wait in the inbox any more; nothing of the commit was written.`,
  )
}

/** The error of a commit with rows that are done, of which a put was left out. */
export function leftOut(id: string, holder: string): MemoryError {
  return new MemoryError(
    'CONFLICT',
    `The memory ${JSON.stringify(id)} was left out, since ${JSON.stringify(holder)} holds its place; nothing of the commit was written.`,
  )
}

/** Throws `ABORTED` when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new MemoryError('ABORTED', 'The call was aborted by its signal.', { cause: signal.reason })
  }
}
