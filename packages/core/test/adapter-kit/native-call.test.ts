import { expect, test } from 'vitest'
import { nativeCall } from '../../src/adapter-kit/native-call.ts'

test('outside of a thread of an index, a native call is a call', () => {
  expect(nativeCall(() => 7)).toBe(7)
  expect(() =>
    nativeCall(() => {
      throw new RangeError('of its own')
    }),
  ).toThrow('of its own')
})
