import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'

import { expect, test } from 'vitest'

import { MemoryError } from '../../src/contracts/errors.ts'

const error = (code: string): Error => Object.assign(new Error('it failed'), { code })

test.each(['ENOSPC', 'EDQUOT', 'EMFILE', 'EBUSY', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN'])(
  'what the system may grant later is UNAVAILABLE and may be repeated: %s',
  code => {
    expect(MemoryError.from(error(code), 'Writing')).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: 'Writing: it failed',
    })
  },
)

test.each(['ENOENT', 'EACCES', 'ERR_INVALID_ARG_TYPE', ''])('anything else is BACKEND: %j', code => {
  expect(MemoryError.from(error(code), 'Writing')).toMatchObject({ code: 'BACKEND', retryable: false })
})

test('errors of the system itself are told apart', async () => {
  const missing: unknown = await readFile('/no/such/file').catch((reason: unknown) => reason)
  expect(MemoryError.from(missing, 'Reading').code).toBe('BACKEND')
  const { promise, resolve } = Promise.withResolvers<Error>()
  connect(1, '127.0.0.1').on('error', resolve)
  expect(MemoryError.from(await promise, 'Connecting').code).toBe('UNAVAILABLE')
})

test('an abort and a time limit of a signal keep their meaning', () => {
  const { reason } = AbortSignal.abort()
  expect(MemoryError.from(reason, 'Waiting').code).toBe('ABORTED')
  expect(MemoryError.from(new DOMException('too late', 'TimeoutError'), 'Waiting')).toMatchObject({
    code: 'TIMEOUT',
    retryable: true,
  })
})

test.each([
  ['a text', 'boom', 'boom'],
  ['nothing', undefined, 'undefined'],
  ['an object', { status: 1 }, '[object Object]'],
  ['an object that is no text', Object.create(null) as unknown, 'an object was thrown'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['an error without a message', new TypeError(''), 'TypeError'],
  ['an error with a code alone', Object.assign(new Error(''), { code: 'EX' }), 'EX'],
  ['several errors', new AggregateError([new Error('by IPv6'), new Error('by IPv4')]), 'by IPv6; by IPv4'],
])('says what was thrown: %s', (_, thrown, reason) => {
  expect(MemoryError.from(thrown, 'Doing').message).toBe(`Doing: ${reason}`)
})
