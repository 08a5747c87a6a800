import { endianness } from 'node:os'

const swaps = endianness() === 'BE'

/**
 * The bytes of a vector as they are stored and sent: float32, little-endian on every machine. A view of the vector
 * where the machine is little-endian itself, a swapped copy elsewhere.
 */
export function packVector(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  return swaps ? Buffer.from(bytes).swap32() : bytes
}

/** The vector of stored bytes, in memory of its own: the bytes of an answer share theirs, and may lie unaligned. */
export function unpackVector(bytes: Uint8Array): Float32Array {
  const copy = Uint8Array.prototype.slice.call(bytes)
  if (swaps) Buffer.from(copy.buffer).swap32()
  return new Float32Array(copy.buffer)
}
