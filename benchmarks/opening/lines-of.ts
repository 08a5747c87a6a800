/**
 * The lines of a text that comes in pieces, each with its end; what stands behind the last end is left out. Only `\n` ends one:
 * node:readline would part them at U+2028 and U+2029 too, which JSON leaves as they are.
 */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let begun: string[] = []
  for await (const chunk of chunks) {
    const [first = '', ...others] = chunk.split('\n')
    begun.push(first)
    for (const next of others) {
      yield begun.join('')
      begun = [next]
    }
  }
}

/** Hears each line that a process prints. Returns when it has printed all; of the last, only what has its end. */
export async function hearLines(
  { stdout }: { readonly stdout: NodeJS.ReadableStream | null },
  hear: (line: string) => void,
): Promise<void> {
  if (!stdout) throw new Error('The output of the process goes elsewhere.')
  for await (const line of linesOf(stdout.setEncoding('utf8') as AsyncIterable<string>)) hear(line)
}
