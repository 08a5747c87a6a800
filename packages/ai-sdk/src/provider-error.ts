import { MemoryError } from '@agentmem/core'

/** What an error of a provider means. Its message holds nothing of what was sent. */
export function providerError(
  error: unknown,
  { provider, modelId }: { provider: string; modelId: string },
): MemoryError {
  const { isRetryable, statusCode, message } = Object(error) as {
    readonly isRetryable?: boolean
    readonly statusCode?: number
    readonly message?: string
  }
  const doing = `${provider}/${modelId}`
  if (typeof isRetryable !== 'boolean') return MemoryError.from(error, doing)
  const refused = statusCode === 400 || statusCode === 413 || statusCode === 422
  const code = isRetryable ? 'UNAVAILABLE' : refused ? 'INVALID_ARGUMENT' : 'BACKEND'
  const answer = statusCode === undefined ? 'no answer' : `status ${statusCode}`
  return new MemoryError(code, `${doing}: ${answer}: ${message}`, { cause: error })
}
