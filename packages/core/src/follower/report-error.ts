import type { MemoryError } from '../contracts/errors.ts'

/** Called with an error that nobody waited for. */
export type OnBackgroundError = ((error: MemoryError) => unknown) | undefined

/** Tells of an error that nobody waited for. What the function throws is ignored: its fault is not that of a part. */
export async function reportError(onBackgroundError: OnBackgroundError, error: MemoryError): Promise<void> {
  try {
    await onBackgroundError?.(error)
  } catch {
    // As said.
  }
}
