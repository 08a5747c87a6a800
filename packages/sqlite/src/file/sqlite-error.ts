import { MemoryError } from '@agentmem/core/adapter'
import type { MemoryErrorCode } from '@agentmem/core/adapter'

interface Meaning {
  readonly code: MemoryErrorCode
  readonly what: string
  readonly retryable?: boolean
}

/** By primary result code, see https://www.sqlite.org/rescode.html */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['BUSY', { code: 'UNAVAILABLE', what: 'another process has locked the database for too long; try again' }],
  ['LOCKED', { code: 'UNAVAILABLE', what: 'the database is locked; try again' }],
  ['FULL', { code: 'UNAVAILABLE', what: 'the disk is full; free some space' }],
  [
    'READONLY',
    { code: 'UNAVAILABLE', what: 'the file cannot be written; check its permissions', retryable: false },
  ],
  [
    'CANTOPEN',
    {
      code: 'UNAVAILABLE',
      what: 'the file cannot be opened; check that its folder is there and may be written',
      retryable: false,
    },
  ],
  ['CORRUPT', { code: 'CORRUPT', what: 'the file is damaged; restore it from a backup' }],
  ['NOTADB', { code: 'SCHEMA', what: 'the file is not an SQLite database; choose another path' }],
])

/** The MemoryError of an error of SQLite; undefined for one that has no code of its own. */
export function sqliteError(error: unknown): MemoryError | undefined {
  if (MemoryError.is(error)) return error
  const meaning = meanings.get(primaryCode(error))
  if (!meaning) return undefined
  const { code, what, retryable } = meaning
  const options = retryable === undefined ? { cause: error } : { cause: error, retryable }
  return new MemoryError(code, `SQLite: ${what} (${(error as Error).message}).`, options)
}

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === 'BUSY'
}

/** 'BUSY' of 'SQLITE_BUSY_SNAPSHOT'; '' of what is no error of SQLite. */
function primaryCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return ''
  return /^SQLITE_([A-Z]+)/.exec(error.code)?.[1] ?? ''
}
