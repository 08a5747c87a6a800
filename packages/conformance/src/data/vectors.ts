import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Random } from './random.ts'

/** Dimensions of the vectors that the cases put into a Store. */
export const storeDimensions = 8

/** A vector of unit length that points anywhere. */
export function unitVector(random: Random, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions)
  for (let d = 0; d < dimensions; d++) vector[d] = random.gaussian()
  return scaledToUnit(vector)
}

/** A vector of unit length, `distance` away from another before it is scaled. */
export function unitVectorNear(random: Random, vector: Float32Array, distance: number): Float32Array {
  const offset = unitVector(random, vector.length)
  return scaledToUnit(vector.map((value, d) => value + distance * (offset[d] as number)))
}

/**
 * Vectors of unit length in clusters, as embeddings of real text lie: cluster i % clusters, each
 * `spread` away from its centre (0.5: cosines to the centre near 0.9).
 */
export function clusteredVectors(
  random: Random,
  count: number,
  dimensions: number,
  clusters = 20,
  spread = 0.5,
): Float32Array[] {
  const centres = Array.from({ length: clusters }, () => unitVector(random, dimensions))
  return Array.from({ length: count }, (_, i) =>
    unitVectorNear(random, centres[i % clusters] as Float32Array, spread),
  )
}

/** The inner product in double precision. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number)
  return sum
}

/** Fails unless both hold the same bits: 0 and -0 differ. */
export function assertSameBits(actual: Float32Array | undefined, expected: Float32Array, name: string): void {
  ok(actual instanceof Float32Array, `${name}: expected a Float32Array, got ${String(actual)}`)
  equal(actual.length, expected.length, `${name}: number of dimensions`)
  deepEqual(bitsOf(actual), bitsOf(expected), `${name}: bits`)
}

function bitsOf(vector: Float32Array): Uint32Array {
  return new Uint32Array(vector.slice().buffer)
}

function scaledToUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector))
  return vector.map(value => value / length)
}
