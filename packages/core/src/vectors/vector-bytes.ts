import { endianness } from 'node:os'

const swaps = endianness() === 'BE'

/**
 * Returns the bytes of a vector as they are stored and sent: float32, little-endian on every machine. The result is
 * a view of the vector on a little-endian machine, and a swapped copy elsewhere.
 */
export function packVector(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  return swaps ? Buffer.from(bytes).swap32() : bytes
}

/**
 * Returns the vector of stored bytes, in memory of its own: the bytes of an answer may share memory and be
 * unaligned.
 */
export function unpackVector(bytes: Uint8Array): Float32Array {
  const copy = Uint8Array.prototype.slice.call(bytes)
  if (swaps) Buffer.from(copy.buffer).swap32()
  return new Float32Array(copy.buffer)
}
