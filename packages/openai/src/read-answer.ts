import { MemoryError, unpackVector } from '@agentmem/core/adapter'

export interface EmbeddingsAnswer {
  /** In the order of the texts that were sent, whatever the order of the answer. */
  readonly vectors: readonly Float32Array[]
  /** Tokens as counted by the endpoint; 0 when it does not say. */
  readonly tokens: number
}

type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads an answer to `count` texts, with vectors as base64 of little-endian Float32 or as arrays of numbers.
 * Throws `BACKEND` for one that is not exactly a finite vector of the right dimension for each text.
 */
export function readAnswer(body: string, count: number, dimensions: number, name: string): EmbeddingsAnswer {
  try {
    return readVectors(parseObject(body), count, dimensions)
  } catch (error) {
    const reason = (error as Error).message
    throw new MemoryError('BACKEND', `The answer of ${name} is not used: ${reason}.`, { cause: error })
  }
}

function readVectors({ data, usage }: JsonObject, count: number, dimensions: number): EmbeddingsAnswer {
  if (!Array.isArray(data)) throw new TypeError('it has no list of data')
  if (data.length !== count) throw new TypeError(`it has ${data.length} vectors for ${count} texts`)
  const vectors: Float32Array[] = []
  for (const item of data as unknown[]) {
    const { index, embedding } = isObject(item) ? item : {}
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count) {
      throw new TypeError(
        `a vector has the index ${JSON.stringify(index)}, where 0 to ${count - 1} are expected`,
      )
    }
    if (vectors[index]) throw new TypeError(`it has two vectors with the index ${index}`)
    vectors[index] = readVector(embedding, index, dimensions)
  }
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

function parseObject(body: string): JsonObject {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    // The parser's message quotes the body, which may quote the texts.
    throw new TypeError('it is no JSON')
  }
  if (!isObject(parsed)) throw new TypeError('it is no object')
  return parsed
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}
