import { expect, test } from 'vitest'

import { readOptions } from '../../src/adapter-kit/read-options.ts'
import { serverUrl, urlText, urlValues } from '../../src/adapter-kit/server-url.ts'

const url = serverUrl({
  schemes: ['db'],
  example: 'db://user:password@host/name',
  parameters: { tls: urlValues('on', 'off'), name: urlText() },
  instead: { schema: 'the option schema' },
})
const read = (given: unknown): string => readOptions('openDb', { url: given }, { url }).url

test.each([
  'db://host',
  'db://user:top%40S3cr3t%2F1@host:1/name?tls=on&name=a%40b',
  'DB://user@[::1]:5/name',
  'db://%2Fvar%2Frun/name',
])('%s is taken as it is', text => {
  expect(read(text)).toBe(text)
})

const secrets: readonly [string, RegExp][] = [
  ['db://user:top@S3cr3t/1@host/name', /%40/],
  ['db://user:S3cr3t/1@host/name', /%2F/],
  ['db://user:S3cr3t?1@host/name', /%3F/],
  ['db://user:12#S3cr3t@host/name', /%23/],
  ['db://S3cr3t:12/x@host', /%2F/],
  ['db://user:S3cr3t%@host/name', /%25/],
  ['db://user:S3cr3t%zz@host/name', /%25/],
  ['db://user:S3cr3t%ff@host/name', /%25/],
  ['db://user:S3 cr3t@host/name', /%40/],
]

test.each(secrets)('%s is refused without a part of it, with how to write it', (text, advice) => {
  expect(() => read(text)).toThrow(advice)
  expect(() => read(text)).not.toThrow(/S3cr3t|cr3t|top|12/)
})

test.each([
  ['db://host?tsl=on', /'tsl' would have no effect; there are: tls, name/],
  ['db://host?schema=x', /'schema' would have no effect; use the option schema/],
  ['db://host?tls=yes', /tls has another value; give on, off/],
  ['db://host?tls=on&tls=off', /given twice/],
  ['db://host?constructor=1', /'constructor' would have no effect/],
  ['db://host1,host2/name', /several hosts/],
  ['db://host1:1,host2:2/name', /several hosts/],
  ['other://host', /not shown/],
  [7, /not shown/],
])('%s is refused with the reason', (given, reason) => {
  expect(() => read(given)).toThrow(reason)
})
