import { show } from '../contracts/show-value.ts'
import { invalid } from './check-values.ts'
import { unitVector } from './unit-vector.ts'

/** A vector that a caller gave, of unit length. */
export function parseEmbedding(embedding: unknown, dimensions: number): Float32Array {
  if (!(embedding instanceof Float32Array) && !Array.isArray(embedding)) {
    throw invalid(`embedding must be a Float32Array or an array of numbers, not ${show(embedding)}.`)
  }
  if (Array.isArray(embedding) && !embedding.every(value => typeof value === 'number')) {
    throw invalid('embedding has an entry that is not a number.')
  }
  if (embedding.length !== dimensions) {
    throw invalid(`embedding has ${embedding.length} dimensions where the model has ${dimensions}.`)
  }
  try {
    return unitVector(Float32Array.from(embedding as ArrayLike<number>), dimensions, 'embedding')
  } catch (error) {
    throw invalid(`embedding cannot be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}
