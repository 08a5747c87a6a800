import { expect, test } from 'vitest'
import { retryDelay } from '../src/endpoint/retry-delay.ts'

const limits = { retryDelayMs: 500, maxRetryDelayMs: 60_000 }
const now = Date.parse('Tue, 05 Mar 2024 10:00:00 GMT')

test('the wait is a random share of a bound that doubles, up to maxRetryDelayMs', () => {
  const bounds = [0, 1, 2, 3, 6, 7, 50].map(attempt => retryDelay(attempt, null, limits, now, 1))
  expect(bounds).toEqual([500, 1000, 2000, 4000, 32_000, 60_000, 60_000])
  expect(retryDelay(3, null, limits, now, 0.25)).toBe(1000)
  expect(retryDelay(3, null, limits, now, 0)).toBe(0)
})

test.each([
  ['seconds', '7', 7000],
  ['seconds with spaces', ' 7 ', 7000],
  ['a fraction of a second', '0.5', 500],
  ['an HTTP date', 'Tue, 05 Mar 2024 10:00:09 GMT', 9000],
  ['an HTTP date in the past', 'Tue, 05 Mar 2024 09:59:00 GMT', 0],
  ['an HTTP date of the old form', 'Tuesday, 05-Mar-24 10:00:09 GMT', 9000],
  ['a negative number', '-5', 0],
  ['something else', 'soon', 0],
  ['nothing', '', 0],
])('Retry-After as %s', (_form, header, expected) => {
  expect(retryDelay(0, header, limits, now, 0)).toBe(expected)
})

test('the random share comes on top of Retry-After', () => {
  expect(retryDelay(0, '7', limits, now, 0.5)).toBe(7250)
})
