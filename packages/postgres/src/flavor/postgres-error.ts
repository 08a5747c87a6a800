import { MemoryError } from '@agentmem/core/adapter'
import type { MemoryErrorCode } from '@agentmem/core/adapter'

interface Meaning {
  readonly code: MemoryErrorCode
  readonly what: string
  readonly retryable?: boolean
  /** True when the same call may succeed in a moment. */
  readonly passes?: boolean
}

const unreachable: Meaning = {
  code: 'UNAVAILABLE',
  what: 'the server cannot be reached, or the connection to it was lost',
  passes: true,
}
const refused = { code: 'UNAVAILABLE', retryable: false } as const

/** By SQLSTATE, whole or its class: https://www.postgresql.org/docs/current/errcodes-appendix.html. And by Node's codes. */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['08', unreachable],
  ['28', { ...refused, what: 'the server refuses the user; check name, password and pg_hba.conf' }],
  ['3D000', { ...refused, what: 'there is no such database; create it first' }],
  ['3F000', { ...refused, what: 'there is no such schema, and it cannot be made' }],
  ['42501', { ...refused, what: 'the user has no right to do this; grant it, or take another schema' }],
  ['25006', { ...refused, what: 'the server only reads; connect to the primary' }],
  ['40', { code: 'UNAVAILABLE', what: 'another transaction was in the way; try again', passes: true }],
  ['53100', { code: 'UNAVAILABLE', what: 'the disk of the server is full; free some space' }],
  ['53', { code: 'UNAVAILABLE', what: 'the server has no room left; raise its limits or open fewer stores' }],
  ['55P03', { code: 'UNAVAILABLE', what: 'a lock was not to be had; try again', passes: true }],
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
  ].map(code => [code, unreachable] as const),
  ['ENOTFOUND', { ...refused, what: 'there is no such host; check the URL' }],
])

/** What the driver says of a connection that is gone, in errors without a code. */
const lost = /^(?:Connection terminated|Client has encountered a connection error|Client was closed)/

/** The MemoryError of an error of PostgreSQL or of its driver; undefined for one that has no code of its own. */
export function postgresError(error: unknown): MemoryError | undefined {
  if (MemoryError.is(error)) return error
  const meaning = meaningOf(error)
  if (!meaning) return undefined
  const { code, what, retryable } = meaning
  const options = retryable === undefined ? { cause: error } : { cause: error, retryable }
  return new MemoryError(code, `PostgreSQL: ${what} (${(error as Error).message}).`, options)
}

/** True when the same call may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  return meaningOf(error)?.passes === true
}

function meaningOf(error: unknown): Meaning | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof AggregateError && error.errors.length > 0) return meaningOf(error.errors[0])
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === '') return lost.test(error.message) ? unreachable : undefined
  return meanings.get(code) ?? meanings.get(code.slice(0, 3)) ?? meanings.get(code.slice(0, 2))
}
