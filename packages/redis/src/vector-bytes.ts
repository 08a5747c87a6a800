import { endianness } from 'node:os'

const swap = endianness() === 'BE'

/** A vector as little-endian Float32, on every machine. */
export function bytesOf(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  // A copy is swapped, not the vector.
  return swap ? Buffer.from(bytes).swap32() : bytes
}

/** The vector in these bytes; undefined when they are not a vector of unit length with so many dimensions. */
export function vectorOf(bytes: Uint8Array, dimensions: number): Float32Array | undefined {
  if (bytes.byteLength !== dimensions * Float32Array.BYTES_PER_ELEMENT) return undefined
  // A copy: Float32Array needs an offset that is a multiple of 4, and replies share their memory.
  const copy = new Uint8Array(bytes)
  if (swap) Buffer.from(copy.buffer).swap32()
  const vector = new Float32Array(copy.buffer)
  let square = 0
  for (const value of vector) square += value * value
  return Math.abs(square - 1) < 1e-3 ? vector : undefined
}
