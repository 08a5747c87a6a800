/**
 * True when every number of a vector is finite. A sum is finite only if all its terms are, so that one test is
 * enough for a vector. There are four sums at a time, as in `innerProduct`. They have 64 bits, so 32-bit floats
 * cannot overflow them.
 */
export function isFiniteVector(vector: Float32Array): boolean {
  const { length } = vector
  const even = length - (length % 4)
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let i = 0; i < even; i += 4) {
    s0 += vector[i] as number
    s1 += vector[i + 1] as number
    s2 += vector[i + 2] as number
    s3 += vector[i + 3] as number
  }
  for (let i = even; i < length; i++) s0 += vector[i] as number
  return Number.isFinite(s0 + s1 + s2 + s3)
}
