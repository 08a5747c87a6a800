import { expect, test } from 'vitest'
import { CodeScan } from '../src/code-scan.ts'
import { loadUsearch } from '../src/load-usearch.ts'

const scan = new CodeScan(await loadUsearch(), 2)

test('the largest component of a vector is 127 in its code', () => {
  expect(scan.code(Float32Array.of(0.1, -0.2))).toEqual(Int8Array.of(64, -127))
  expect(scan.code(Float32Array.of(1e-30, 0))).toEqual(Int8Array.of(127, 0))
})

test('codes that do not begin with their buffer are refused: usearch would read others', () => {
  const codes = Int8Array.of(127, 0, 0, 127, 127, 1)
  const query = Int8Array.of(127, 0)
  expect(scan.nearest(codes, 3, query, 2).places).toEqual([0, 2])
  expect(() => scan.nearest(codes.subarray(2), 2, query, 1)).toThrow(RangeError)
  expect(() => scan.nearest(codes, 3, codes.subarray(4), 1)).toThrow(RangeError)
})

test('no more are found than there are', () => {
  expect(scan.nearest(Int8Array.of(127, 0), 1, Int8Array.of(127, 0), 10).places).toEqual([0])
})
