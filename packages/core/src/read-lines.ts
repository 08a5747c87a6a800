import { MemoryError } from './errors.ts'

/** Splits a stream of UTF-8 into its lines, without their ends. */
export async function* readLines(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const chunk of source) {
      rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
    }
    rest += decoder.decode()
  } catch (error) {
    if (error instanceof TypeError)
      throw new MemoryError('INVALID_ARGUMENT', 'The file is not UTF-8.', { cause: error })
    throw error
  }
  if (rest !== '') yield rest
}
