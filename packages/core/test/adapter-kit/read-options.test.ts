import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

import {
  callback,
  flag,
  identifier,
  library,
  number,
  oneOf,
  optional,
  part,
  path,
  secret,
  strings,
  text,
  whole,
} from '../../src/adapter-kit/option-readers.ts'
import type { OptionReader } from '../../src/adapter-kit/option-readers.ts'
import { exactlyOne, readOptions } from '../../src/adapter-kit/read-options.ts'

const pool = part<{ connect(): void }>('a pool of pg', ['connect'])
const url = secret(text("a url such as 'db://host'", undefined, value => value.startsWith('db://')))

function refused(message: RegExp | string): object {
  return { code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) as string }
}

describe('an option that is left out, or undefined', () => {
  const table = {
    size: whole(1, 10, 4),
    mode: oneOf(['full', 'normal'], 'full'),
    name: optional(text('a name')),
  }

  test.each([{}, { size: undefined, mode: undefined, name: undefined }])('gives its default: %j', given => {
    expect(readOptions('openThing', given, table)).toEqual({ size: 4, mode: 'full', name: undefined })
  })

  test('is refused where there is none, with what to give', () => {
    expect(() => readOptions('openThing', {}, { size: whole(1, 10) })).toThrow(
      expect.objectContaining(refused(/^openThing has size: undefined; give a whole number from 1 to 10\.$/)),
    )
  })
})

const readers: readonly (readonly [string, OptionReader<unknown>, unknown, RegExp])[] = [
  ['null', whole(0, 5, 1), null, /has o: null; give a whole number from 0 to 5/],
  ['half of a whole number', whole(0, 5), 2.5, /has o: 2.5/],
  ['a whole number that is too large', whole(0, 5), 6, /has o: 6/],
  ['a number as text', whole(0, 5), '3', /has o: "3"/],
  ['NaN', number(0, 1), Number.NaN, /has o: NaN; give a number from 0 to 1/],
  ['another word', oneOf(['a', 'b']), 'c', /has o: "c"; give 'a' or 'b'/],
  ['a word for true', flag(), 'yes', /has o: "yes"; give true or false/],
  ['an empty text', text('a name'), '', /has o: ""; give a name/],
  ['a NUL', text('a name'), 'a\0b', /give a name/],
  ['an empty path', path('a.db'), '', /has o: ""; give a path, such as 'a.db'/],
  ['a path with a blank at its end', path('a.db'), 'a.db ', /has o: "a.db "/],
  ['an identifier with a quote', identifier(8), 'a"b', /up to 8 letters, digits or '_', no digit first/],
  ['an identifier that is too long', identifier(2), 'abc', /has o: "abc"/],
  ['a capital in lower case', identifier(8, undefined, { lowerCase: true }), 'Ab', /lower-case letters/],
  ['an object without the method', pool, { query() {} }, /has o: an object; give a pool of pg/],
  ['what is no function', callback(), true, /has o: true; give a function/],
  ['a header that is no text', strings("{ a: 'b' }"), { a: 1 }, /an object of strings, such as { a: 'b' }/],
  ['a list of strings', strings("{ a: 'b' }"), ['a'], /has o: an array/],
  ['a name in place of a library', library('pg'), 'pg', /has o: "pg"; give the library pg/],
]

test.each(readers)(
  '%s is refused with option, value and what is allowed',
  (_what, reader, value, message) => {
    expect(() => readOptions('openThing', { o: value }, { o: reader })).toThrow(
      expect.objectContaining(refused(message)),
    )
  },
)

describe('a value that is allowed', () => {
  test('comes back as it is; a path absolute, unless it names memory', () => {
    const given = { size: 10, mode: 'normal', prefix: 'a_1', on: false, file: 'a.db', memory: ':memory:' }
    const table = {
      size: whole(1, 10),
      mode: oneOf(['full', 'normal']),
      prefix: identifier(8, ''),
      on: flag(true),
      file: path('b.db'),
      memory: path('b.db', { inMemory: true }),
    }
    expect(readOptions('openThing', given, table)).toEqual({ ...given, file: resolve('a.db') })
  })

  test('that is an object of the caller is that very object; strings are copied', () => {
    const given = { pool: { connect() {} }, headers: { a: 'b' } }
    const read = readOptions('openThing', given, { pool, headers: strings("{ a: 'b' }") })
    expect(read.pool).toBe(given.pool)
    expect(read.headers).toEqual({ a: 'b' })
    expect(read.headers).not.toBe(given.headers)
  })
})

test('a name that the table does not have is refused, and the known ones are listed', () => {
  const table = { path: path('a.db'), readers: whole(1, 9, 2) }
  expect(() => readOptions('openThing', { path: 'a', reader: 1 }, table)).toThrow(
    expect.objectContaining(refused(/^openThing has no option 'reader'; there are path, readers\.$/)),
  )
})

test.each([undefined, null, 'memories.db'])('%j in place of the options is refused', given => {
  expect(() => readOptions('openThing', given, {})).toThrow(
    expect.objectContaining(refused(/as an object, not/)),
  )
})

test('the value of a secret is in no message', () => {
  expect(() => readOptions('openThing', { url: 'http://alice:hidden@host' }, { url })).toThrow(
    expect.objectContaining(refused(/^openThing needs a url such as 'db:\/\/host' as its url/)),
  )
  expect(() => readOptions('openThing', { url: 'http://alice:hidden@host' }, { url })).not.toThrow(/hidden/)
})

describe('exactlyOne', () => {
  const names = ['url', 'pool', 'db'] as const

  test('names the option that was given', () => {
    expect(exactlyOne('openThing', { url: undefined, pool: {} }, names)).toBe('pool')
  })

  test.each([
    [{}, /^openThing needs one of url, pool and db, and was given none\.$/],
    [{ url: '', db: {} }, /and was given url and db\.$/],
  ])('refuses %j', (given, message) => {
    expect(() => exactlyOne('openThing', given, names)).toThrow(expect.objectContaining(refused(message)))
  })
})
