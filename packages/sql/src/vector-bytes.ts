/** The bytes of a vector as they are stored: its float32 numbers, little-endian. Not a copy. */
export function packVector(vector: Float32Array): Uint8Array {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}

/** The vector of stored bytes, in memory of its own. */
export function unpackVector(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.prototype.slice.call(bytes).buffer)
}
