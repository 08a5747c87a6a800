import { createReadStream } from 'node:fs'

import { invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import { fileError } from './file-error.ts'

/** A file by its name, or what is read piece by piece. */
export type ImportSource = string | AsyncIterable<Uint8Array | string>

/** Opens a source. Throws `INVALID_ARGUMENT` for what is none, and for a file that cannot be read. */
export async function* openSource(source: ImportSource): AsyncGenerator<Uint8Array | string> {
  if (typeof source === 'string') {
    try {
      yield* createReadStream(source)
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
  yield* source
}
