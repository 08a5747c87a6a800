import { parseJson } from '../../checks/parse-json.ts'
import { readValues } from '../read-values.ts'

/** A value of a file, or what is wrong in its place. */
export type JsonItem = { readonly place: string } & (
  | { readonly value: unknown }
  | { readonly error: unknown }
)

/** Longest value, in UTF-16 units, half of what a string can have: a value may be a conversation of years. */
const maxLength = 2 ** 28
const advice = 'which is the most that one value may have.'

/**
 * Reads the values of a file of JSON one by one, so that no more than one is held: the elements of an array, or of the
 * arrays that an object has under one of the names `within`, or values one after the other, such as one a line. Whole
 * numbers that a JavaScript number cannot hold become the text of their digits. What ends the reading is the last item.
 *
 * @example
 * for await (const item of readItems(createReadStream('notes.json'), ['notes'])) {
 *   if ('value' in item) console.log(item.place, item.value)
 * }
 */
export async function* readItems(
  source: AsyncIterable<Uint8Array | string>,
  within: readonly string[] = [],
): AsyncGenerator<JsonItem> {
  let place = 'Before the first value'
  try {
    for await (const item of readValues(source, { within, maxLength, advice })) {
      ;({ place } = item)
      yield { place, value: parseJson(item.text, 'text') }
      place = `After ${place.charAt(0).toLowerCase()}${place.slice(1)}`
    }
  } catch (error) {
    yield { place, error }
  }
}
