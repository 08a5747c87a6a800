/** Array header: dimensions, whether there are nulls, the elements' type, how many, the index of the first. */
const headerBytes = 20
/** Before the numbers of a vector: how many, and two bytes that are 0. */
const vectorHeaderBytes = 4

/**
 * Vectors as the binary form of a parameter of type `vector[]`: `array_recv` in
 * https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c and `vector_recv` in
 * https://github.com/pgvector/pgvector/blob/master/src/vector.c. A fifth of the time that text takes.
 */
export function vectorArray(vectors: readonly Float32Array[], typeId: number): Uint8Array {
  const dimensions = vectors[0]?.length ?? 0
  const length = vectorHeaderBytes + 4 * dimensions
  const bytes = Buffer.alloc(vectors.length === 0 ? 12 : headerBytes + vectors.length * (4 + length))
  bytes.writeInt32BE(vectors.length === 0 ? 0 : 1, 0)
  bytes.writeInt32BE(typeId, 8)
  if (vectors.length > 0) {
    bytes.writeInt32BE(vectors.length, 12)
    bytes.writeInt32BE(1, 16)
  }
  let at = headerBytes
  for (const vector of vectors) {
    at = writeVector(bytes, vector, bytes.writeInt32BE(length, at))
  }
  return asIs(bytes)
}

/** A vector as the binary form of a parameter of type `vector`. */
export function vectorParameter(vector: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(vectorHeaderBytes + 4 * vector.length)
  writeVector(bytes, vector, 0)
  return asIs(bytes)
}

/**
 * What to select of an entry. Neither driver hands out the binary form of a result, and PGlite takes a mark of
 * byte order from the beginning of a text: so a vector comes as base64 and an id as JSON.
 */
export const entryColumns = `to_json(id)::text as id, encode(vector_send(vector), 'base64') as vector`

/** The id of an entry that was selected. */
export function idOf(json: string): string {
  return JSON.parse(json) as string
}

/** The vector of an entry that was selected. */
export function vectorOf(base64: string): Float32Array {
  const numbers = Buffer.from(base64, 'base64').subarray(vectorHeaderBytes)
  return new Float32Array(Uint8Array.prototype.slice.call(numbers.swap32()).buffer)
}

function writeVector(bytes: Buffer, vector: Float32Array, start: number): number {
  bytes.writeInt16BE(vector.length, start)
  const from = start + vectorHeaderBytes
  const to = from + 4 * vector.length
  bytes.set(Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength), from)
  bytes.subarray(from, to).swap32()
  return to
}

/** PGlite calls `toString` on a parameter of a type it does not know, but then takes bytes for what they are. */
function asIs(bytes: Buffer): Uint8Array {
  return Object.defineProperty(bytes, 'toString', { value: () => bytes })
}
