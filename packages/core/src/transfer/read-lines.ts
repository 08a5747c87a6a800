import { TextDecoder } from 'node:util'

import { invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'

/**
 * Longest line, in UTF-16 units. A memory of the longest content, with each character escaped, the largest metadata
 * and a vector takes less than 10 million.
 */
export const maxLineLength: number = 2 ** 24

/**
 * Splits a stream of UTF-8 into lines, without line ends and byte-order marks. Each chunk is looked at once, and no
 * more than one line is held. Throws `INVALID_ARGUMENT` at the line that is too long or is not UTF-8, after those
 * before it.
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array | string>,
  maxLength: number = maxLineLength,
): AsyncGenerator<string> {
  const line = new Line(maxLength)
  for await (const chunk of source) {
    let start = 0
    for (let end = endOfLine(chunk, 0); end !== -1; end = endOfLine(chunk, start)) {
      line.add(chunk, start, end)
      yield line.take()
      start = end + 1
    }
    line.add(chunk, start, chunk.length)
  }
  if (!line.isEmpty) yield line.take()
}

/** The line that is being read. */
class Line {
  readonly #maxLength: number
  // A mark is cut off in `take`, for bytes and strings alike.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #text = ''
  #hasBytes = false

  constructor(maxLength: number) {
    this.#maxLength = maxLength
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
    throw invalid(
      `It has more than ${this.#maxLength} characters; write one JSON object a line. ` +
        "An array is cut into lines by: jq -c '.[]' FILE",
    )
  }

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

function endOfLine(chunk: Uint8Array | string, from: number): number {
  if (typeof chunk === 'string') return chunk.indexOf('\n', from)
  if (chunk instanceof Uint8Array) return chunk.indexOf(10, from)
  throw invalid(`The source gave ${show(chunk)}; it must give bytes or strings.`)
}
