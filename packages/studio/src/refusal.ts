import { MemoryError } from '@agentmem/core'
import type { MemoryErrorCode } from '@agentmem/core'

/** A request that is not what the studio takes, with the status of its answer. */
export class Refusal extends MemoryError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: MemoryErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message)
    this.status = status
    this.headers = headers
  }
}

/** The status of each code that a call may throw. */
const statuses: Readonly<Record<MemoryErrorCode, number>> = {
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  CLOSED: 503,
  ABORTED: 503,
  TIMEOUT: 504,
  UNAVAILABLE: 503,
  MODEL_MISMATCH: 409,
  SCHEMA: 500,
  CORRUPT: 500,
  NOT_INSTALLED: 501,
  UNSUPPORTED: 501,
  MODEL_ANSWER: 502,
  BUDGET: 429,
  BACKEND: 500,
}

/** Whatever was thrown, as the answer to a request. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const { code, message } = MemoryError.from(error, 'The studio')
  return new Refusal(statuses[code], code, message)
}

/** The answer to a request that has neither the token, nor the cookie with the key. */
export function unknownReader(): Refusal {
  const message = 'The token is missing or wrong. Open the URL that was printed when the studio was opened.'
  return new Refusal(401, 'INVALID_ARGUMENT', message, { 'www-authenticate': 'Bearer' })
}

/** The answer to what nobody may do here. */
export function forbidden(message: string): Refusal {
  return new Refusal(403, 'UNSUPPORTED', message)
}

/** The answer to a path or call that there is not. */
export function nothingHere(message: string): Refusal {
  return new Refusal(404, 'NOT_FOUND', message)
}

/** The answer to a method that the path does not take. */
export function wrongMethod(allowed: string): Refusal {
  return new Refusal(405, 'INVALID_ARGUMENT', `Only ${allowed} is answered here.`, { allow: allowed })
}
