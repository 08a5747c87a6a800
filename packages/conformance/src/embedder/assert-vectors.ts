import { equal, ok } from 'node:assert/strict'
import type { Embedder } from '@agentmem/core/adapter'

/** How far two vectors of one text may lie apart in any dimension: batches change the order of additions. */
const tolerance = 1e-6

/** Fails unless these are finite vectors of the right dimension and of unit length, one for each text. */
export function assertVectors(embedder: Embedder, vectors: readonly Float32Array[], count: number): void {
  equal(vectors.length, count, 'number of vectors')
  for (const [i, vector] of vectors.entries()) {
    ok(vector instanceof Float32Array, `vector ${i} is no Float32Array`)
    equal(vector.length, embedder.dimensions, `dimensions of vector ${i}`)
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    ok(Math.abs(length - 1) < 1e-4, `vector ${i} has the length ${length}`)
  }
}

/** Fails unless both lists hold the same vectors in the same order. */
export function assertAlike(
  actual: readonly (Float32Array | undefined)[],
  expected: readonly (Float32Array | undefined)[],
  name: string,
): void {
  equal(actual.length, expected.length, `${name}: number of vectors`)
  for (const [i, vector] of actual.entries()) {
    const difference = distance(vector, expected[i])
    ok(difference <= tolerance, `${name}: vector ${i} differs by ${difference}`)
  }
}

/** The largest difference in one dimension. */
export function distance(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b || a.length !== b.length) return Infinity
  return a.reduce((largest, value, d) => Math.max(largest, Math.abs(value - (b[d] ?? NaN))), 0)
}
