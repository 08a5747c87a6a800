/**
 * Returns the inner product of a vector and the numbers of `rows` from `start` on. There are four sums at a time,
 * so that the processor need not wait for one addition before the next.
 */
export function innerProduct(vector: Float32Array, rows: Float32Array, start: number): number {
  const { length } = vector
  const even = length - (length % 4)
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let i = 0, j = start; i < even; i += 4, j += 4) {
    s0 += (vector[i] as number) * (rows[j] as number)
    s1 += (vector[i + 1] as number) * (rows[j + 1] as number)
    s2 += (vector[i + 2] as number) * (rows[j + 2] as number)
    s3 += (vector[i + 3] as number) * (rows[j + 3] as number)
  }
  for (let i = even; i < length; i++) s0 += (vector[i] as number) * (rows[start + i] as number)
  return s0 + s1 + s2 + s3
}
