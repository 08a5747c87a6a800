import { unpackVector } from '@agentmem/core/adapter'
import { asObject, inOrder, isObject, readBody } from '../endpoint/read-body.ts'

export interface EmbeddingsAnswer {
  /** In the order of the texts that were sent, whatever the order of the answer. */
  readonly vectors: readonly Float32Array[]
  /** Tokens as counted by the endpoint; 0 when it does not say. */
  readonly tokens: number
}

/**
 * Reads an answer to `count` texts, with vectors as base64 of little-endian Float32 or as arrays of numbers.
 * Throws `BACKEND` for one that is not exactly a finite vector of the right dimension for each text.
 */
export function readAnswer(body: string, count: number, dimensions: number, name: string): EmbeddingsAnswer {
  return readBody(body, name, answer => readVectors(answer, count, dimensions))
}

function readVectors(answer: unknown, count: number, dimensions: number): EmbeddingsAnswer {
  const { data, usage } = asObject(answer)
  if (!Array.isArray(data)) throw new TypeError('it has no list of data')
  const items = inOrder(data, count, 'vector')
  const vectors = items.map(({ embedding }, index) => readVector(embedding, index, dimensions))
  const tokens = isObject(usage) ? (usage['prompt_tokens'] ?? usage['total_tokens']) : 0
  return { vectors, tokens: typeof tokens === 'number' && tokens >= 0 ? tokens : 0 }
}

function readVector(embedding: unknown, index: number, dimensions: number): Float32Array {
  const vector = typeof embedding === 'string' ? decode(embedding) : fromNumbers(embedding)
  if (!vector)
    throw new TypeError(
      `the vector with the index ${index} is neither base64 of Float32 nor an array of numbers`,
    )
  if (vector.length !== dimensions) {
    throw new TypeError(
      `the vector with the index ${index} has ${vector.length} dimensions where ${dimensions} are expected; ` +
        'give openOpenAIEmbedder the dimensions of the model',
    )
  }
  const square = vector.reduce((sum, value) => sum + value * value, 0)
  if (!Number.isFinite(square) || square === 0) {
    throw new TypeError(`the vector with the index ${index} is ${square === 0 ? 'zero' : 'not finite'}`)
  }
  return vector
}

function fromNumbers(embedding: unknown): Float32Array | undefined {
  // null would become 0, and a string of digits a number.
  const numbers = Array.isArray(embedding) && embedding.every(value => typeof value === 'number')
  return numbers ? Float32Array.from(embedding) : undefined
}

function decode(base64: string): Float32Array | undefined {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length % Float32Array.BYTES_PER_ELEMENT === 0 ? unpackVector(bytes) : undefined
}
