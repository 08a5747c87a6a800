/** The ids of our columns' types, of https://www.postgresql.org/docs/current/catalog-pg-type.html */
export const typeIds = { bytea: 17, int8: 20, text: 25, float8: 701 } as const

export type ArrayType = keyof typeof typeIds

/** The header: dimensions, whether there are nulls, the elements' type, how many, and the index of the first. */
const headerBytes = 20

/**
 * An array of one dimension in the binary form of a parameter: `array_recv` in
 * https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c. Neither side escapes or parses text,
 * and bytes do not travel as hexadecimal digits.
 */
export function binaryArray(type: ArrayType, values: readonly unknown[]): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + sizeOf(type, values))
  bytes.writeInt32BE(1, 0)
  bytes.writeInt32BE(values.includes(null) ? 1 : 0, 4)
  bytes.writeInt32BE(typeIds[type], 8)
  bytes.writeInt32BE(values.length, 12)
  bytes.writeInt32BE(1, 16)
  let at = headerBytes
  for (const value of values) {
    if (value === null) at = bytes.writeInt32BE(-1, at)
    else if (type === 'text') at = writeText(bytes, value as string, at)
    else if (type === 'bytea') at = writeBytes(bytes, value as Uint8Array, at)
    else at = writeNumber(bytes, type, value as number, at)
  }
  return bytes
}

function sizeOf(type: ArrayType, values: readonly unknown[]): number {
  let size = values.length * 4
  for (const value of values) {
    if (value === null) continue
    if (type === 'text') size += Buffer.byteLength(value as string)
    else size += type === 'bytea' ? (value as Uint8Array).length : 8
  }
  return size
}

function writeText(bytes: Buffer, value: string, at: number): number {
  const length = bytes.write(value, at + 4)
  bytes.writeInt32BE(length, at)
  return at + 4 + length
}

function writeBytes(bytes: Buffer, value: Uint8Array, at: number): number {
  bytes.set(value, bytes.writeInt32BE(value.length, at))
  return at + 4 + value.length
}

function writeNumber(bytes: Buffer, type: 'int8' | 'float8', value: number, at: number): number {
  const start = bytes.writeInt32BE(8, at)
  if (type === 'float8') return bytes.writeDoubleBE(value, start)
  // Two halves hold a whole number up to 2^53, also a negative one; a BigInt takes several times as long.
  return bytes.writeUInt32BE(value >>> 0, bytes.writeInt32BE(Math.floor(value / 2 ** 32), start))
}
