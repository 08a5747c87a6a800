import type { MemoryError } from '@agentmem/core/adapter'
import { errorsByCode } from '@agentmem/sql'
import type { ErrorMeaning, ErrorsByCode } from '@agentmem/sql'

const unreachable: ErrorMeaning = {
  code: 'UNAVAILABLE',
  what: 'the server cannot be reached, or the connection to it was lost',
  passes: true,
}
const nameless: ErrorMeaning = {
  code: 'UNAVAILABLE',
  what: 'the server, or a pooler before it, keeps no prepared statements for a connection; try again, without them',
  passes: true,
}
const wrong = { code: 'INVALID_ARGUMENT' } as const
const refused = { code: 'UNAVAILABLE', retryable: false } as const

/** Names of what has no code of its own, or shares one with what means something else. */
const lostConnection = 'lost connection'
const namedFile = 'named file'
const noTls = 'no TLS'
const otherServer = 'other server'
const startup = 'startup'
const noSuchUser = 'no such user'

/**
 * By SQLSTATE, whole or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html), and by the codes of
 * Node's network errors.
 */
const meanings: ReadonlyMap<string, ErrorMeaning> = new Map<string, ErrorMeaning>([
  [lostConnection, unreachable],
  [namedFile, { ...wrong, what: 'a file that the url names, such as a certificate, cannot be read' }],
  [
    noTls,
    { ...wrong, what: 'the url asks for TLS, which the server, or a pooler before it, does not speak' },
  ],
  [otherServer, { ...wrong, what: 'what answers there is no PostgreSQL; check host and port of the url' }],
  [
    startup,
    {
      ...wrong,
      what: 'the server, or a pooler before it, refuses a setting of the connection; leave it out of the url',
    },
  ],
  [noSuchUser, { ...refused, what: 'the pooler before the server knows no such user or database' }],
  ['08', unreachable],
  ['28', { ...refused, what: 'the server refuses the user; check name, password and pg_hba.conf' }],
  ['3D000', { ...refused, what: 'there is no such database; create it first' }],
  ['3F000', { ...refused, what: 'there is no such schema, and it cannot be made' }],
  ['42501', { ...refused, what: 'the user has no right to do this; grant it, or take another schema' }],
  ['26000', nameless],
  ['42P05', nameless],
  [
    '25P03',
    { code: 'UNAVAILABLE', what: 'a transaction waited too long for its next statement', passes: true },
  ],
  ['25006', { ...refused, what: 'the server only reads; connect to the primary' }],
  ['40', { code: 'UNAVAILABLE', what: 'another transaction was in the way; try again', passes: true }],
  ['53100', { code: 'UNAVAILABLE', what: 'the disk of the server is full; free some space' }],
  ['53', { code: 'UNAVAILABLE', what: 'the server has no room left; raise its limits or open fewer stores' }],
  ['55P03', { code: 'UNAVAILABLE', what: 'a lock could not be taken in time; try again', passes: true }],
  ['57014', { code: 'TIMEOUT', what: 'a statement was cancelled or ran for too long' }],
  ['57P', unreachable],
  ['XX001', { code: 'CORRUPT', what: 'the data is damaged; restore it from a backup' }],
  ['XX002', { code: 'CORRUPT', what: 'an index is damaged; REINDEX the table' }],
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EAI_AGAIN',
    'ENOENT',
    'EACCES',
  ].map(code => [code, unreachable] as const),
  ['ENOTFOUND', { ...refused, what: 'there is no such host; check the URL' }],
])

/** By what messages of the driver, and of PgBouncer, whose errors all have the code 08P01, begin with. */
const byMessage: readonly (readonly [string, RegExp])[] = [
  [lostConnection, /^(?:Connection terminated|Client has encountered a connection error|Client was closed)/],
  [noTls, /^The server does not support SSL connections/],
  [
    otherServer,
    /^(?:There was an error establishing an SSL connection|Unknown authenticationOk|received invalid response)/,
  ],
  [startup, /^unsupported startup parameter/],
  [noSuchUser, /^no such (?:user|database)|^(?:password|SASL) authentication failed|^not allowed/],
]

const errors: ErrorsByCode = errorsByCode('PostgreSQL', meanings, codesOf)

/** The MemoryError of an error of PostgreSQL or of its driver; undefined for one that has no code of its own. */
export const postgresError: (error: unknown) => MemoryError | undefined = errors.toMemoryError

/** True when the same call may succeed in a moment. */
export const isPassing: (error: unknown) => boolean = errors.isPassing

/** True where a pooler takes no connection that sets a limit for its statements. */
export function isLimitRefused(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter: statement_timeout/.test(error.message)
}

function codesOf(error: Error): readonly string[] {
  // A host with several addresses gives an error for each.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codesOf(error.errors[0])
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const [name] = byMessage.find(([, pattern]) => pattern.test(error.message)) ?? []
  if (code === '' || code === '08P01' || code.startsWith('DEP'))
    return name === undefined ? [code, code.slice(0, 2)] : [name]
  // A socket of this machine is a file as well: there it means that no server runs.
  const { syscall } = error as NodeJS.ErrnoException
  if (['ENOENT', 'EACCES', 'EISDIR'].includes(code) && syscall !== 'connect') return [namedFile]
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return [noTls]
  return [code, code.slice(0, 3), code.slice(0, 2)]
}
