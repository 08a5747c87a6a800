import { expect, test } from 'vitest'

import { hasUnitLength } from '../../src/vectors/unit-length.ts'
import { packVector, unpackVector } from '../../src/vectors/vector-bytes.ts'

test('the bytes are float32, little-endian', () => {
  expect([...packVector(Float32Array.of(1, -2))]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
})

test('a vector comes back from bytes at any offset, in memory of its own', () => {
  const vector = Float32Array.of(0.1, -0, 3e38)
  const shared = Buffer.concat([Buffer.of(9), packVector(vector)])
  const read = unpackVector(shared.subarray(1))
  shared.fill(0)
  expect(read).toEqual(vector)
})

test.each([
  ['unit length', [0.6, 0.8], true],
  ['twice the length', [1.2, 1.6], false],
  ['no length', [0, 0], false],
  ['NaN', [Number.NaN, 1], false],
])('a vector of %s: %j is %s', (_what, values, expected) => {
  expect(hasUnitLength(Float32Array.from(values), 1e-4)).toBe(expected)
})
