import { expect, it } from 'vitest'
import { isBusy, sqliteError } from '../src/file/sqlite-error.ts'

it.each([
  ['SQLITE_BUSY', 'UNAVAILABLE', true],
  ['SQLITE_BUSY_SNAPSHOT', 'UNAVAILABLE', true],
  ['SQLITE_FULL', 'UNAVAILABLE', true],
  ['SQLITE_READONLY_DBMOVED', 'UNAVAILABLE', false],
  ['SQLITE_CANTOPEN', 'UNAVAILABLE', false],
  ['SQLITE_CORRUPT_INDEX', 'CORRUPT', false],
  ['SQLITE_NOTADB', 'SCHEMA', false],
])('%s becomes %s, retryable: %s', (sqliteCode, code, retryable) => {
  const cause = Object.assign(new Error('what SQLite said'), { code: sqliteCode })
  expect(sqliteError(cause)).toMatchObject({
    code,
    retryable,
    cause,
    message: expect.stringContaining('what SQLite said'),
  })
})

it('an error without a meaning of its own is left to its caller', () => {
  expect(sqliteError(Object.assign(new Error('no such table'), { code: 'SQLITE_ERROR' }))).toBeUndefined()
  expect(sqliteError(new TypeError('The database connection is not open'))).toBeUndefined()
})

it.each([
  ['SQLITE_BUSY', true],
  ['SQLITE_BUSY_SNAPSHOT', true],
  ['SQLITE_LOCKED', false],
  ['SQLITE_FULL', false],
])('%s is tried again: %s', (code, busy) => {
  expect(isBusy(Object.assign(new Error('what SQLite said'), { code }))).toBe(busy)
})
