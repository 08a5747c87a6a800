import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, expect, test } from 'vitest'
import { mysqlUrl } from '../src/mysql-url.ts'

const base = 'mysql://user:S3cr3t@127.0.0.1:1/db'
const encrypted = { rejectUnauthorized: false }
const authority = { rejectUnauthorized: true, verifyIdentity: false }
const identity = { rejectUnauthorized: true, verifyIdentity: true }

describe('a URL of MySQL', () => {
  test.each([
    ['ssl-mode=REQUIRED', encrypted],
    ['sslmode=require', encrypted],
    ['sslaccept=accept_invalid_certs', encrypted],
    ['ssl_mode=VERIFY_CA', authority],
    ['sslMode=VERIFY_IDENTITY', identity],
    ['sslmode=verify-full', identity],
    ['sslaccept=strict', identity],
    ['ssl=true', identity],
    ['ssl={"ca":"x"}', { ca: 'x' }],
    ['ssl=Amazon%20RDS', 'Amazon RDS'],
    ['ssl-mode=DISABLED', false],
    ['ssl=false', false],
    ['compress=true', undefined],
  ])('with %s is that of TLS', (query, tls) => {
    const { value } = mysqlUrl.read(`${base}?${query}`) ?? {}
    expect(value?.tls).toEqual(tls)
    expect(value?.url).toBe(tls === undefined ? `${base}?${query}` : base)
  })

  test.each([
    'ssl-mode=PREFERRED',
    'ssl-mode=REQURED',
    'sslmod=require',
    'ssl=maybe',
    'ssl=5',
    'ssl-mode=REQUIRED&ssl=false',
    'connectionLimit=5',
    'charset=latin1',
    'dateStrings=true',
    'rowsAsArray=true',
  ])('with %s, which would not be done, is refused', async query => {
    const opening = openMysqlStore({ url: `${base}?${query}` })
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(opening).rejects.not.toThrow(/S3cr3t/)
  })

  test.each(['mysql://u:top@S3cr3t/1@127.0.0.1:1/db', 'mysql://u:S3cr3t%@127.0.0.1:1/db'])(
    'with a password that is not escaped shows no part of it: %s',
    async url => {
      await expect(openMysqlStore({ url })).rejects.not.toThrow(/s3cr3t|top|127/i)
      await expect(openMysqlStore({ url })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    },
  )
})

describeWithServer('mysql', 'a server without TLS', server => {
  test.each(['ssl-mode=REQUIRED', 'sslaccept=strict', 'ssl=true'])(
    'is refused by a URL with %s',
    async query => {
      const opening = openMysqlStore({ url: `${server().url}?${query}` })
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', retryable: false })
    },
  )
})
