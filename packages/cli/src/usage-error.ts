import { MemoryError } from '@agentmem/core'

/** A mistake in the command line. */
export function usageError(message: string, cause?: unknown): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', message, { cause })
}
