import { innerProduct } from './inner-product.ts'

/** True when the square of a vector's length is 1 within `tolerance`; false when a number in it is not finite. */
export function hasUnitLength(vector: Float32Array, tolerance: number): boolean {
  return Math.abs(innerProduct(vector, vector, 0) - 1) < tolerance
}
