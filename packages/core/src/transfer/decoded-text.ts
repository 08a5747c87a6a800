import { invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'

/**
 * Longest line of a file, and longest element of an array, in UTF-16 units. A memory of the longest content, with each character
 * escaped, the largest metadata and a vector takes less than 10 million.
 */
export const maxItemLength: number = 2 ** 24

/**
 * A piece of a stream of UTF-8 that is being read, such as a line, in parts of chunks of bytes or strings. `add` throws
 * `INVALID_ARGUMENT` for what is not UTF-8, and for a piece that is too long; `advice` says what to do about that.
 */
export class DecodedText {
  readonly #maxLength: number
  readonly #advice: string
  // A mark is cut off in `take`, for bytes and strings alike.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #text = ''
  #hasBytes = false

  constructor(maxLength: number, advice: string) {
    this.#maxLength = maxLength
    this.#advice = advice
  }

  get isEmpty(): boolean {
    return this.#text === '' && !this.#hasBytes
  }

  add(chunk: Uint8Array | string, start: number, end: number): void {
    if (start === end) return
    if (typeof chunk === 'string') {
      this.#text += this.#decode() + chunk.slice(start, end)
    } else {
      this.#hasBytes = true
      this.#text += this.#decode(chunk.subarray(start, end))
    }
    if (this.#text.length <= this.#maxLength) return
    throw invalid(`It has more than ${this.#maxLength} characters; ${this.#advice}`)
  }

  /** The piece, without a byte-order mark and the end of a line; the next one begins. */
  take(): string {
    const text = this.#text + this.#decode()
    this.#text = ''
    return text.slice(text.startsWith('\uFEFF') ? 1 : 0, text.endsWith('\r') ? -1 : undefined)
  }

  /** Decodes bytes. Without any it returns what the decoder still holds of a character. */
  #decode(bytes?: Uint8Array): string {
    if (!bytes && !this.#hasBytes) return ''
    this.#hasBytes = bytes !== undefined
    try {
      return this.#decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw invalid('It is not UTF-8; convert the file.')
    }
  }
}

/** Throws `INVALID_ARGUMENT` for what a source must not give. */
export function checkChunk(chunk: unknown): void {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return
  throw invalid(`The source gave ${show(chunk)}; it must give bytes or strings.`)
}
