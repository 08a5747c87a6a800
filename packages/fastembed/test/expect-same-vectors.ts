import { expect } from 'vitest'

/**
 * Fails unless these are the same vectors in the same order, up to the last bits of their numbers: which order
 * onnxruntime adds in depends on the processor and on how much it is given at once.
 */
export function expectSameVectors(actual: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, vector] of actual.entries()) {
    const other = expected[i] ?? new Float32Array()
    expect(vector.length).toBe(other.length)
    const difference = vector.reduce(
      (most, value, d) => Math.max(most, Math.abs(value - (other[d] ?? Number.NaN))),
      0,
    )
    expect(difference, `largest difference between the vectors at ${i}`).toBeLessThan(1e-6)
    expect(cosine(vector, other), `cosine of the vectors at ${i}`).toBeGreaterThan(0.99999)
  }
}

/** Of two vectors of unit length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, d) => sum + value * (b[d] ?? Number.NaN), 0)
}
