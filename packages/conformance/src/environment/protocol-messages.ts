/** The protocols whose messages the step proxy can tell apart. Of any other, each chunk of bytes is one message. */
export type Protocol = 'http' | 'mysql' | 'postgres' | 'redis'

/** Who sends: a client to its server ('sent'), or the server to its client ('answered'). */
export type Direction = 'sent' | 'answered'

/** The length of the message that these bytes begin with; undefined while that cannot be told. */
type LengthOf = (bytes: Buffer, isFirst: boolean) => number | undefined

const postgres: LengthOf = (bytes, isFirst) => {
  // Only the first message of a client has no type ahead of its length.
  const at = isFirst ? 0 : 1
  return bytes.length < at + 4 ? undefined : at + bytes.readUInt32BE(at)
}
const mysql: LengthOf = bytes => (bytes.length < 4 ? undefined : 4 + bytes.readUIntLE(0, 3))
/** The head of a request or an answer is one, and what comes of its body another. */
const http: LengthOf = bytes => {
  const end = bytes.indexOf('\r\n\r\n')
  return end < 0 ? bytes.length : end + 4
}
const chunk: LengthOf = bytes => bytes.length

const lengths: Readonly<Record<Protocol, LengthOf>> = { http, mysql, postgres, redis: chunk }

/** Cuts what one side of a connection sends into its messages. */
export class MessageCutter {
  readonly #lengthOf: LengthOf
  #isFirst: boolean
  #rest: Buffer = Buffer.alloc(0)

  constructor(protocol: Protocol, direction: Direction) {
    this.#lengthOf = lengths[protocol]
    this.#isFirst = direction === 'sent'
  }

  /** The messages that are whole with this chunk. */
  cut(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const messages: Buffer[] = []
    for (;;) {
      const length = this.#lengthOf(this.#rest, this.#isFirst)
      if (length === undefined || length === 0 || this.#rest.length < length) return messages
      messages.push(this.#rest.subarray(0, length))
      this.#rest = this.#rest.subarray(length)
      this.#isFirst = false
    }
  }
}
