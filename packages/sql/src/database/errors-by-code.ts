import { MemoryError } from '@agentmem/core/adapter'
import type { MemoryErrorCode } from '@agentmem/core/adapter'

/** What an error of a database means. */
export interface ErrorMeaning {
  readonly code: MemoryErrorCode
  /** What happened and what to do about it, without a full stop. */
  readonly what: string
  /** Default: that of the code. */
  readonly retryable?: boolean
  /** True when the same call may succeed in a moment: it is tried again. Default false. */
  readonly passes?: boolean
}

export interface ErrorsByCode {
  /** The error as a MemoryError; undefined for one that the table does not have. A MemoryError stays as it is. */
  readonly toMemoryError: (error: unknown) => MemoryError | undefined
  /** True when the same call may succeed in a moment. */
  readonly isPassing: (error: unknown) => boolean
  readonly meaningOf: (error: unknown) => ErrorMeaning | undefined
}

/**
 * Reads the errors of a database by a table of codes. `codesOf` gives the codes to look for, the most exact first;
 * none for what is no error of this database. `name` is what messages call the database.
 */
export function errorsByCode(
  name: string,
  meanings: ReadonlyMap<string, ErrorMeaning>,
  codesOf: (error: Error) => readonly string[],
): ErrorsByCode {
  const meaningOf = (error: unknown): ErrorMeaning | undefined => {
    if (!(error instanceof Error)) return undefined
    const found = codesOf(error).find(code => meanings.has(code))
    return found === undefined ? undefined : meanings.get(found)
  }
  return {
    meaningOf,
    isPassing: error => meaningOf(error)?.passes === true,
    toMemoryError: error => {
      if (MemoryError.is(error)) return error
      const meaning = meaningOf(error)
      if (!meaning) return undefined
      const { code, what, retryable } = meaning
      const options = retryable === undefined ? { cause: error } : { cause: error, retryable }
      return new MemoryError(code, `${name}: ${what} (${(error as Error).message}).`, options)
    },
  }
}
