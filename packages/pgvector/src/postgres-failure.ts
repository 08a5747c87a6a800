import { MemoryError } from '@agentmem/core/adapter'

/** Of a connection that could not be made, or was lost. */
const network = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/

/** The MemoryError of an error of the server or of the way to it; undefined for one that has no code of its own. */
export function postgresFailure(error: unknown): MemoryError | undefined {
  if (MemoryError.is(error)) return error
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // By https://www.postgresql.org/docs/current/errcodes-appendix.html
  const lost =
    network.test(code) || /^(08|57P|53)/.test(code) || error.message.includes('Connection terminated')
  if (lost) {
    return new MemoryError('UNAVAILABLE', `PostgreSQL cannot be reached; try again (${error.message}).`, {
      cause: error,
    })
  }
  if (code === '57014') return new MemoryError('TIMEOUT', `PostgreSQL: ${error.message}`, { cause: error })
  if (/^(28|3D000|42501)/.test(code)) {
    const options = { cause: error, retryable: false }
    return new MemoryError(
      'UNAVAILABLE',
      `PostgreSQL refuses: ${error.message}; check url and rights.`,
      options,
    )
  }
  return undefined
}
