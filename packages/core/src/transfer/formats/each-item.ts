import type { ImportedMemory, ImportFormat, ImportItem } from '../../transfer-api.ts'
import { readItems } from './read-items.ts'

/** A memory of a value, with where in the value it stands, such as 'message 3'. */
export type ItemMemory = ImportedMemory & { readonly part?: string }

/**
 * A format whose file is a list of values: `read` makes memories of each. `within` names the arrays of an object that has
 * them. A value that is wrong takes its own place in the list.
 */
export function eachItem(
  read: (value: unknown) => Iterable<ItemMemory>,
  within: readonly string[] = [],
): ImportFormat {
  return async function* (source): AsyncGenerator<ImportItem> {
    for await (const item of readItems(source, within)) {
      if ('error' in item) {
        yield item
        continue
      }
      try {
        for (const { part, ...memory } of read(item.value)) {
          yield { place: part === undefined ? item.place : `${item.place}, ${part}`, ...memory }
        }
      } catch (error) {
        yield { place: item.place, error }
      }
    }
  }
}
