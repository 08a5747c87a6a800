import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, expect, test } from 'vitest'
import { postgresUrl } from '../src/connection/postgres-url.ts'

describe('a URL of PostgreSQL', () => {
  test.each([
    'sslmode=verify-full',
    'ssl=true',
    'application_name=a&options=-c%20search_path%3Dx',
    'pgbouncer=true',
  ])('may have %s', query => {
    const url = `postgresql://user:password@host:5432/db?${query}`
    expect(postgresUrl.read(url)).toEqual({ value: url })
  })

  test.each([
    'ssl-mode=REQUIRED',
    'sslmod=require',
    'sslmode=REQUIRED',
    'sslmode=allow',
    'sslaccept=strict',
    'ssl=maybe',
    'schema=x',
    'connection_limit=5',
    'connect_timeout=5',
    'channel_binding=require',
    'target_session_attrs=read-write',
    'client_encoding=LATIN1',
    'host=a,b',
  ])('with %s, which would not be done, is refused', async query => {
    const url = `postgres://user:S3cr3t@127.0.0.1:1/db?${query}`
    const opening = openPostgresStore({ url })
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(query.split('=')[0] ?? ''),
    })
    await expect(opening).rejects.not.toThrow(/S3cr3t/)
  })
})

describeWithServer('postgres', 'a server without TLS', server => {
  test.each(['sslmode=require', 'sslmode=verify-full', 'ssl=true'])(
    'is refused by a URL with %s',
    async query => {
      const opening = openPostgresStore({ url: `${server().url}?${query}` })
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', retryable: false })
    },
  )

  test.each(['sslcert', 'sslkey', 'sslrootcert'])(
    'a file of %s that is not there is named as that',
    async name => {
      const opening = openPostgresStore({ url: `${server().url}?${name}=/no/such/file.pem` })
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', retryable: false })
    },
  )
})
