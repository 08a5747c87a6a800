import { checkChunk, DecodedText, maxItemLength } from './decoded-text.ts'

const advice = "write one JSON object a line. An array is read with the option from: 'json' (--from json)."

/**
 * Splits a stream of UTF-8 into lines, without line ends and byte-order marks. Each chunk is looked at once, and no
 * more than one line is held. Throws `INVALID_ARGUMENT` at the line that is too long or is not UTF-8, after those
 * before it.
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array | string>,
  maxLength: number = maxItemLength,
): AsyncGenerator<string> {
  const line = new DecodedText(maxLength, advice)
  for await (const chunk of source) {
    checkChunk(chunk)
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

function endOfLine(chunk: Uint8Array | string, from: number): number {
  return typeof chunk === 'string' ? chunk.indexOf('\n', from) : chunk.indexOf(10, from)
}
