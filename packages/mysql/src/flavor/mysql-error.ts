import { errorsByCode } from '@agentmem/sql'
import type { ErrorMeaning, ErrorsByCode } from '@agentmem/sql'

/** The code of mysql2 for a connection that ended. */
const lostCode = 'PROTOCOL_CONNECTION_LOST'

/** Error 1047 of a node of Galera that is not, or no longer, part of the cluster. */
const outOfQuorum = 'no quorum'

const lost: ErrorMeaning = {
  code: 'UNAVAILABLE',
  what: 'the connection to the server is lost; try again',
  passes: true,
}
const denied: ErrorMeaning = {
  code: 'UNAVAILABLE',
  what: 'the server refuses the user; check name, password, database and rights',
  retryable: false,
}

/** By the codes of the server, of mysql2 and of sockets. */
const meanings: ReadonlyMap<string, ErrorMeaning> = new Map([
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
  [
    outOfQuorum,
    { code: 'UNAVAILABLE', what: 'this node of the cluster has no quorum; try again', passes: true },
  ],
  [
    'HANDSHAKE_NO_SSL_SUPPORT',
    { code: 'INVALID_ARGUMENT', what: 'the url asks for TLS, which the server does not speak' },
  ],
  [
    'HANDSHAKE_SSL_ERROR',
    {
      code: 'INVALID_ARGUMENT',
      what: 'no TLS could be agreed on; check the certificate and the ssl of the url',
    },
  ],
  [
    'ER_HANDSHAKE_ERROR',
    { code: 'INVALID_ARGUMENT', what: 'what answers there is no MySQL; check host and port of the url' },
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
  [lostCode, lost],
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

/** On a connection that was open these mean that it is lost: what was in flight may have been done. */
const endings: readonly unknown[] = ['EHOSTUNREACH', 'ETIMEDOUT']

const errors = errorsByCode('MySQL', meanings, error => {
  const { code = '', syscall, errno } = error as NodeJS.ErrnoException
  if (errno === 1047) return [outOfQuorum]
  if (endings.includes(code) && syscall !== undefined && syscall !== 'connect') return [lostCode]
  return isFatal(error) ? [code, lostCode] : [code]
})

/** The MemoryError of an error of mysql2; undefined for one that is not in the table. */
export const mysqlError: ErrorsByCode['toMemoryError'] = errors.toMemoryError

/** True for an error after which the same call may succeed. */
export const isPassing: ErrorsByCode['isPassing'] = errors.isPassing

/** True when the connection is gone, and with it what it had not committed. */
export function isLost(error: unknown): boolean {
  return isFatal(error) || errors.meaningOf(error) === lost
}

function isFatal(error: unknown): boolean {
  return error instanceof Error && 'fatal' in error && error.fatal === true
}

/**
 * True for what a process sees when another one makes the same tables at the same time, on another node of a cluster whose
 * locks are local.
 */
export function isMigrationRace(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' && raced.has(code)
}

const raced: ReadonlySet<string> = new Set([
  'ER_NO_SUCH_TABLE',
  'ER_DUP_ENTRY',
  'ER_TABLE_EXISTS_ERROR',
  'ER_DUP_FIELDNAME',
  'ER_DUP_KEYNAME',
  'ER_BAD_TABLE_ERROR',
])
