import { expect, test } from 'vitest'
import { isMigrationRace, isPassing, mysqlError } from '../src/flavor/mysql-error.ts'

const error = (message: string, facts: object): Error => Object.assign(new Error(message), facts)

test('a node of a cluster that has lost its quorum may be asked again', () => {
  const lost = { code: 'ER_UNKNOWN_COM_ERROR', errno: 1047, sqlState: '08S01' }
  const thrown = error('WSREP has not yet prepared node for application use', lost)
  expect(mysqlError(thrown)).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  expect(isPassing(thrown)).toBe(true)
})

test.each(['HANDSHAKE_NO_SSL_SUPPORT', 'HANDSHAKE_SSL_ERROR'])(
  'TLS that is not there (%s) is not retryable',
  code => {
    const thrown = error('Server does not support secure connection', { code, fatal: true })
    expect(mysqlError(thrown)).toMatchObject({ code: 'INVALID_ARGUMENT', retryable: false })
    expect(isPassing(thrown)).toBe(false)
  },
)

test.each(['ER_NO_SUCH_TABLE', 'ER_DUP_ENTRY', 'ER_TABLE_EXISTS_ERROR'])(
  '%s of a migration is another that migrates',
  code => {
    expect(isMigrationRace(error('raced', { code }))).toBe(true)
    expect(isPassing(error('raced', { code }))).toBe(false)
  },
)
