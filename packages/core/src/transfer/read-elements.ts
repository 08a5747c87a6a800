import { maxItemLength } from './decoded-text.ts'
import { readValues } from './read-values.ts'

/**
 * Splits a stream of UTF-8 that is one JSON array into the texts of its elements, as `readValues` does. Throws
 * `INVALID_ARGUMENT`, after the elements before it, also for what is not one whole array.
 */
export async function* readElements(
  source: AsyncIterable<Uint8Array | string>,
  maxLength: number = maxItemLength,
): AsyncGenerator<string> {
  const options = { maxLength, advice: 'an element is one memory.' }
  for await (const { text } of readValues(source, options)) yield text
}
