import { expect, test } from 'vitest'

import { parseJson } from '../../src/checks/parse-json.ts'

test.each([
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890',
  '{"a":{"b":[1,12345678901234567891]}}',
  '{"9007199254740993":9007199254740993}',
])('%s, whose number would change, is refused', text => {
  expect(() => parseJson(text)).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/would become -?\d+; write/),
    }),
  )
})

test.each([
  '9007199254740992',
  '10000000000000000',
  '0.12345678901234567890',
  '-0.10000000000000000555',
  '1.2345678901234567e20',
  '"12345678901234567890"',
  '{"12345678901234567890":"9007199254740993"}',
  '[1,-2,3.5,null,true,"a"]',
])('%s is what JSON.parse gives', text => {
  expect(parseJson(text)).toEqual(JSON.parse(text))
})

test('a number that would change is kept as text where that is asked for', () => {
  const text = '{"id":12345678901234567890,"n":-9007199254740993,"small":7,"long":10000000000000000}'
  expect(parseJson(text, 'text')).toEqual({
    id: '12345678901234567890',
    n: '-9007199254740993',
    small: 7,
    long: 10_000_000_000_000_000,
  })
})

test('text that is no JSON is refused with the reason', () => {
  expect(() => parseJson('{"a"')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  expect(() => parseJson('{"a":1234567890123456789')).toThrow(/This is no JSON: /)
})
