import { MemoryError } from '@agentmem/core/adapter'
import { sqliteError } from '@agentmem/sqlite/file'

/** What `fetch` says of a connection that is lost, before its answer or within it, which it calls terminated. */
const unreachable =
  /fetch failed|terminated|other side closed|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|EPIPE|socket/i

/** The MemoryError of an error of libSQL or of its client; undefined for one that has no code of its own. */
export function libsqlError(error: unknown): MemoryError | undefined {
  const known = sqliteError(error)
  if (known) return known
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : ''
  const options = { cause: error }
  if (code === 'CLIENT_CLOSED' || code === 'HRANA_CLOSED_ERROR') {
    return new MemoryError('UNAVAILABLE', `libSQL: the client is closed (${error.message}).`, options)
  }
  if (/^HTTP status 40[13]|HTTP status 40[13]/.test(error.message)) {
    const message = `libSQL: the server refuses the token; check authToken (${error.message}).`
    return new MemoryError('UNAVAILABLE', message, { ...options, retryable: false })
  }
  if (code === 'STREAM_EXPIRED') {
    const message = `libSQL: the server has ended a transaction that waited too long for its next statement; try again (${error.message}).`
    return new MemoryError('UNAVAILABLE', message, options)
  }
  if (isLost(error, code)) {
    const message = `libSQL: the server cannot be reached or has failed; try again (${reasonsOf(error)}).`
    return new MemoryError('UNAVAILABLE', message, options)
  }
  return undefined
}

/** True for an error of a server after which the same call may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || MemoryError.is(error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return code === 'STREAM_EXPIRED' || code === 'SQLITE_BUSY' || isLost(error, code)
}

function isLost(error: Error, code: string): boolean {
  return code.startsWith('HRANA_WEBSOCKET') || code === 'SERVER_ERROR' || unreachable.test(reasonsOf(error))
}

/** `fetch` says why it failed in the cause of its error. */
function reasonsOf(error: Error): string {
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${reasonsOf(cause)}` : error.message
}
