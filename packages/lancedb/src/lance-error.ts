import { MemoryError } from '@agentmem/core/adapter'

const conflictPattern = /conflict|incompatible transaction|concurrent (?:writer|transaction)/i

/** LanceDB's errors have no codes: their text tells them apart. */
const kinds = [
  { code: 'CONFLICT', pattern: conflictPattern, retryable: true },
  { code: 'TIMEOUT', pattern: /timed out|timeout/i, retryable: true },
  {
    code: 'UNAVAILABLE',
    pattern:
      /no space left|disk full|quota exceeded|os error 28\b|connection (?:refused|reset|closed)|error sending request|dns error|too many requests|slow ?down|service unavailable|too many open files/i,
    retryable: true,
  },
] as const

/** The error with the code that its text implies, else `BACKEND`; `doing` begins the message. */
export function lanceError(error: unknown, doing: string): MemoryError {
  if (MemoryError.is(error)) return error
  const text = error instanceof Error ? error.message : String(error)
  const kind = kinds.find(({ pattern }) => pattern.test(text))
  if (!kind) return MemoryError.from(error, doing)
  return new MemoryError(kind.code, `${doing}: ${text}`, { cause: error, retryable: kind.retryable })
}

/** True when a commit was refused for another's. A cursor that has moved is none, and is not to be tried again. */
export function isCommitConflict(error: unknown): boolean {
  return (
    !MemoryError.is(error) && conflictPattern.test(error instanceof Error ? error.message : String(error))
  )
}

/** True when a file was missing: another process may have removed the version that the file belonged to. */
export function isFileGone(error: unknown): boolean {
  return /not found|no such file/i.test(error instanceof Error ? error.message : String(error))
}
