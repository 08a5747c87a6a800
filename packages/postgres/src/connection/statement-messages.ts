import { binaryArray } from '../flavor/binary-array.ts'

/**
 * The messages that send a statement, in one piece: a simple query, which may hold several statements, or with values
 * the extended one. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function statementMessages(text: string, values: readonly unknown[]): Buffer {
  if (values.length === 0) return Buffer.concat(message('Q', zeroEnded(text)))
  return Buffer.concat([
    ...message('P', zeroEnded(''), zeroEnded(text), int16(0)),
    ...message('B', ...bound(values)),
    ...message('D', Buffer.from('P\0')),
    ...message('E', zeroEnded(''), int32(0)),
    ...message('S'),
  ])
}

/** Portal and statement without names, the formats, the values, and text as the format of all that comes back. */
function bound(values: readonly unknown[]): Uint8Array[] {
  const encoded = values.map(encode)
  const formats = encoded.map(value => int16(typeof value === 'string' ? 0 : 1))
  const parameters = encoded.flatMap(value => {
    if (value === null) return [int32(-1)]
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    return [int32(bytes.length), bytes]
  })
  const count = int16(values.length)
  return [zeroEnded(''), zeroEnded(''), count, ...formats, count, ...parameters, int16(0)]
}

/** Bytes and arrays of texts are sent in binary form, everything else as text. */
function encode(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return binaryArray('text', value)
  return value instanceof Uint8Array ? value : String(value)
}

function message(type: string, ...parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 4)
  return [Buffer.from(type), int32(length), ...parts]
}

function zeroEnded(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}
