import { TextDecoder } from 'node:util'

import { MemoryError } from '../contracts/errors.ts'

/** Splits a stream of UTF-8 into lines, without line ends. */
export async function* readLines(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of source) {
    rest += typeof chunk === 'string' ? chunk : decode(decoder, chunk)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  rest += decode(decoder)
  if (rest !== '') yield rest
}

/** Decodes a chunk. Without one it returns what the decoder still holds of a character. */
function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined })
  } catch (cause) {
    throw new MemoryError('INVALID_ARGUMENT', 'The file is not UTF-8; convert it.', { cause })
  }
}
