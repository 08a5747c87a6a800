import { invalid, isPlainObject } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { ImportedMemory, ImportItem } from '../transfer-api.ts'
import { parseInput } from '../write/parse-input.ts'
import type { ImportedItem } from './import-batch.ts'
import type { ImportContext, Unreadable } from './text-reader.ts'
import { StableIds } from './stable-ids.ts'

/** Reads what a format has made of a file. */
export class FormatReader {
  readonly #context: ImportContext
  readonly #ids = new StableIds()
  /** Memories read so far: the place of the next. */
  #count = 0

  constructor(context: ImportContext) {
    this.#context = context
  }

  /** What the items hold, and at the end the one that is wrong, if there is one. */
  async *read(items: AsyncIterable<ImportItem>): AsyncGenerator<ImportedItem | Unreadable> {
    let place = 'Before the first value'
    try {
      const given: unknown = items
      if (!Object(given)[Symbol.asyncIterator]) {
        throw invalid(`The format gave ${show(given)}; it must give items, as an async generator does.`)
      }
      for await (const item of items) {
        ;({ place } = item)
        if ('error' in item) yield item
        else yield this.#readItem(item)
      }
    } catch (error) {
      yield { place, error }
    }
  }

  #readItem({ place, key, input }: { readonly place: string } & ImportedMemory): ImportedItem {
    if (!isPlainObject(input)) throw invalid(`A format gave ${show(input)} in the place of a memory.`)
    const { parts, bound, defaults } = this.#context
    const parsed = parseInput(input, defaults, bound, parts.embedder.dimensions, this.#count++)
    const own = input.createdAt === undefined ? undefined : parsed.createdAt
    const id = key === undefined ? this.#ids.ofContent(parsed) : this.#ids.ofKey(parsed, key, own)
    return { place, id, input: { ...parsed, id, minted: false } }
  }
}
