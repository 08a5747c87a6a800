import { errorsByCode } from '@agentmem/sql/errors-by-code'
import type { ErrorMeaning, ErrorsByCode } from '@agentmem/sql/errors-by-code'

/** By primary result code, see https://www.sqlite.org/rescode.html */
const meanings: ReadonlyMap<string, ErrorMeaning> = new Map<string, ErrorMeaning>([
  [
    'BUSY',
    {
      code: 'UNAVAILABLE',
      what: 'another process has locked the database for too long; try again',
      passes: true,
    },
  ],
  ['LOCKED', { code: 'UNAVAILABLE', what: 'the database is locked; try again' }],
  [
    'IOERR',
    { code: 'UNAVAILABLE', what: 'the disk could not be read or written; see that it works and has room' },
  ],
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

const errors = errorsByCode('SQLite', meanings, error => [primaryCode(error)])

/** The MemoryError of an error of SQLite; undefined for one that has no code of its own. */
export const sqliteError: ErrorsByCode['toMemoryError'] = errors.toMemoryError

/** True while another process has the lock, which passes. */
export const isBusy: ErrorsByCode['isPassing'] = errors.isPassing

/** `BUSY` of `SQLITE_BUSY_SNAPSHOT`; '' of an error that is not SQLite's. */
function primaryCode(error: Error): string {
  if (!('code' in error) || typeof error.code !== 'string') return ''
  return /^SQLITE_([A-Z]+)/.exec(error.code)?.[1] ?? ''
}
