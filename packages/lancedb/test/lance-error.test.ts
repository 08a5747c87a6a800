import { expect, test } from 'vitest'
import { lanceError } from '../src/lance-error.ts'

test.each([
  ['LanceError(IO): No space left on device (os error 28)', 'UNAVAILABLE', true],
  ['error sending request for url', 'UNAVAILABLE', true],
  ['Commit conflict for version 3', 'CONFLICT', true],
  ['operation timed out', 'TIMEOUT', true],
  ['Schema mismatch', 'BACKEND', false],
])('%s is %s', (text, code, retryable) => {
  expect(lanceError(new Error(text), 'Writing')).toMatchObject({ code, retryable })
})
