import { MemoryError } from '../contracts/errors.ts'
import { innerProduct } from '../vectors/inner-product.ts'
import { show } from '../contracts/show-value.ts'

/**
 * Returns the vector itself when it has unit length (the square of its length is 1 within 1e-4), otherwise a scaled
 * copy. Throws `BACKEND` for a vector with other dimensions, or of a length that is 0 or not finite.
 */
export function unitVector(vector: Float32Array, dimensions: number, source: string): Float32Array {
  if (!(vector instanceof Float32Array) || vector.length !== dimensions) {
    const found = vector instanceof Float32Array ? `${vector.length} dimensions` : show(vector)
    throw new MemoryError(
      'BACKEND',
      `${source} gave ${found} where a Float32Array of ${dimensions} is expected.`,
    )
  }
  const square = innerProduct(vector, vector, 0)
  if (!Number.isFinite(square) || square === 0) {
    throw new MemoryError(
      'BACKEND',
      `${source} gave a vector of length ${Math.sqrt(square)}, which has no direction.`,
    )
  }
  if (Math.abs(square - 1) < 1e-4) return vector
  const length = Math.sqrt(square)
  return vector.map(value => value / length)
}
