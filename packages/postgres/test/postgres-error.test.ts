import { expect, test } from 'vitest'
import { isPassing, postgresError } from '../src/flavor/postgres-error.ts'

const error = (message: string, facts: object): Error => Object.assign(new Error(message), facts)

test.each([
  [
    'a certificate file that is not there',
    error('ENOENT: no such file', { code: 'ENOENT', syscall: 'open' }),
    false,
  ],
  ['a key that may not be read', error('EACCES: denied', { code: 'EACCES', syscall: 'open' }), false],
  ['a socket that no server has', error('connect ENOENT', { code: 'ENOENT', syscall: 'connect' }), true],
  [
    'a setting that a pooler refuses',
    error('unsupported startup parameter: statement_timeout', { code: '08P01' }),
    false,
  ],
  ['a pooler that knows no such database', error('no such database: x', { code: '08P01' }), false],
  [
    'a pooler that cannot reach the server',
    error('server login has been failing, try again later', { code: '08P01' }),
    true,
  ],
  ['a server without TLS', error('The server does not support SSL connections', {}), false],
  [
    'another server, over TLS',
    error('wrong version number', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
    false,
  ],
  ['a connection that was lost', error('Connection terminated unexpectedly', {}), true],
  ['a failover', error('terminating connection', { code: '57P01' }), true],
  ['a name that is lost', error('prepared statement does not exist', { code: '26000' }), true],
])('%s is retryable only where trying again helps', (_, thrown, retryable) => {
  expect(postgresError(thrown)).toMatchObject({ retryable })
  expect(isPassing(thrown)).toBe(retryable)
})
