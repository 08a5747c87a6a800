import { MemoryError } from '@agentmem/core/adapter'
import type { MemoryErrorCode } from '@agentmem/core/adapter'

interface Meaning {
  readonly code: MemoryErrorCode
  readonly what: string
  readonly retryable?: boolean
  /** True when the same call may succeed in a moment. */
  readonly passes?: boolean
}

const lost: Meaning = {
  code: 'UNAVAILABLE',
  what: 'the connection to the server is lost; try again',
  passes: true,
}
const denied: Meaning = {
  code: 'UNAVAILABLE',
  what: 'the server refuses the user; check name, password, database and rights',
  retryable: false,
}

/** By the names of the server's errors, and those of mysql2 and of sockets. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  [
    'ER_LOCK_DEADLOCK',
    { code: 'UNAVAILABLE', what: 'another transaction was in the way; try again', passes: true },
  ],
  [
    'ER_LOCK_WAIT_TIMEOUT',
    { code: 'UNAVAILABLE', what: 'another transaction wrote for too long; try again', passes: true },
  ],
  [
    'ER_CHECKREAD',
    { code: 'UNAVAILABLE', what: 'a row was changed while it was read; try again', passes: true },
  ],
  [
    'ER_CON_COUNT_ERROR',
    { code: 'UNAVAILABLE', what: 'the server has too many connections; try again', passes: true },
  ],
  [
    'ER_TOO_MANY_USER_CONNECTIONS',
    { code: 'UNAVAILABLE', what: 'the user has too many connections; try again', passes: true },
  ],
  ['ER_SERVER_SHUTDOWN', lost],
  ['ER_QUERY_INTERRUPTED', { code: 'UNAVAILABLE', what: 'the statement was ended on the server' }],
  [
    'ER_NET_PACKET_TOO_LARGE',
    { code: 'INVALID_ARGUMENT', what: 'a record is larger than max_allowed_packet; raise it' },
  ],
  [
    'ER_RECORD_FILE_FULL',
    { code: 'UNAVAILABLE', what: 'the disk or the tablespace is full; free some space' },
  ],
  ['ER_DISK_FULL', { code: 'UNAVAILABLE', what: 'the disk is full; free some space' }],
  [
    'ER_OPTION_PREVENTS_STATEMENT',
    { code: 'UNAVAILABLE', what: 'the server takes no writes', retryable: false },
  ],
  ['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', { code: 'UNAVAILABLE', what: 'the server takes no writes' }],
  ['ER_NOT_KEYFILE', { code: 'CORRUPT', what: 'a table is damaged; restore it from a backup' }],
  ['ER_TABLE_CORRUPT', { code: 'CORRUPT', what: 'a table is damaged; restore it from a backup' }],
  ['ER_ACCESS_DENIED_ERROR', denied],
  ['ER_ACCESS_DENIED_NO_PASSWORD_ERROR', denied],
  ['ER_DBACCESS_DENIED_ERROR', denied],
  ['ER_TABLEACCESS_DENIED_ERROR', denied],
  [
    'ER_BAD_DB_ERROR',
    { code: 'UNAVAILABLE', what: 'there is no such database; create it', retryable: false },
  ],
  ['PROTOCOL_CONNECTION_LOST', lost],
  ['PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR', lost],
  ['PROTOCOL_ENQUEUE_AFTER_QUIT', lost],
  ['ECONNRESET', lost],
  ['EPIPE', lost],
  [
    'ECONNREFUSED',
    { code: 'UNAVAILABLE', what: 'the server cannot be reached; see that it runs', passes: true },
  ],
  ['ENOTFOUND', { code: 'UNAVAILABLE', what: 'the host of the server is not known; check the url' }],
  ['EHOSTUNREACH', { code: 'UNAVAILABLE', what: 'the host of the server cannot be reached' }],
  ['ETIMEDOUT', { code: 'TIMEOUT', what: 'the server did not answer in time' }],
])

/** The MemoryError of an error of mysql2; undefined for one that has no code of its own. */
export function mysqlError(error: unknown): MemoryError | undefined {
  if (MemoryError.is(error)) return error
  const meaning = meaningOf(error)
  if (!meaning) return undefined
  const { code, what, retryable } = meaning
  const options = retryable === undefined ? { cause: error } : { cause: error, retryable }
  return new MemoryError(code, `MySQL: ${what} (${(error as Error).message}).`, options)
}

/** True for what a second attempt may not meet again. */
export function isPassing(error: unknown): boolean {
  return meaningOf(error)?.passes === true
}

/** True when the connection is gone, and with it what it had not committed. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && (('fatal' in error && error.fatal === true) || meaningOf(error) === lost)
}

/** On a connection that was there, the end of it: what was under way may have come to be. */
const endings: readonly unknown[] = ['EHOSTUNREACH', 'ETIMEDOUT']

function meaningOf(error: unknown): Meaning | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall } = error as NodeJS.ErrnoException
  if (endings.includes(code) && syscall !== undefined && syscall !== 'connect') return lost
  const known = meanings.get(code ?? '')
  return known ?? ('fatal' in error && error.fatal === true ? lost : undefined)
}
