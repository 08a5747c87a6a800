import { createReadStream } from 'node:fs'

import { invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import { untilAborted } from '../contracts/until-aborted.ts'
import { fileError } from './file-error.ts'

/** A file by its name, or what is read piece by piece. */
export type ImportSource = string | AsyncIterable<Uint8Array | string>

/** Opens a source. Throws `INVALID_ARGUMENT` for what is none, and for a file that cannot be read. */
export async function* openSource(
  source: ImportSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array | string> {
  if (typeof source === 'string') {
    try {
      yield* createReadStream(source, { signal })
    } catch (cause) {
      throw fileError(source, cause)
    }
    return
  }
  const given: unknown = source
  const isIterable =
    typeof given === 'object' && given !== null && (Symbol.asyncIterator in given || Symbol.iterator in given)
  if (!isIterable) {
    throw invalid(`importFrom takes the name of a file, or a stream of bytes or strings, not ${show(given)}.`)
  }
  yield* untilAbortedEach(source, signal)
}

/** The same pieces. A wait for one ends with the signal, and a source that gives none is left to itself. */
async function* untilAbortedEach<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  if (!signal || !(Symbol.asyncIterator in source)) {
    yield* source
    return
  }
  const pieces = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await untilAborted(pieces.next(), signal)
      if (done === true) return
      yield value
    }
  } finally {
    // Where a piece is waited for, the end comes after it.
    if (signal.aborted) Promise.resolve(pieces.return?.()).catch(() => undefined)
    else await pieces.return?.()
  }
}
