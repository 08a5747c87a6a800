import { invalid, isPlainObject } from '../checks/check-values.ts'
import { parseJson } from '../checks/parse-json.ts'
import type { LargeIntegers } from '../checks/parse-json.ts'
import type { Scope } from '../contracts/record.ts'
import type { AddOptions, MemoryInput } from '../memory-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { scopeOptions } from '../parts/narrow-scope.ts'
import { parseInput } from '../write/parse-input.ts'
import { addHistory, decodeRecord, isHeader, isHistory } from './exported-record.ts'
import type { ExportHeader } from './exported-record.ts'
import type { ImportedItem } from './import-batch.ts'
import { StableIds } from './stable-ids.ts'

/** What every reader of a file reads it into. */
export interface ImportContext {
  readonly parts: MemoryParts
  readonly bound: Scope
  readonly defaults: AddOptions
}

/** The place that ended the reading. */
export interface Unreadable {
  readonly place: string
  readonly error: unknown
}

/** Reads JSON texts of either kind: of an export, or one memory each. */
export class TextReader {
  readonly #context: ImportContext
  readonly #what: string
  readonly #largeIntegers: LargeIntegers
  readonly #ids = new StableIds()
  #header: ExportHeader | undefined
  /** Memories read so far: the place of the next. */
  #count = 0

  /** `what` is what the file calls one of them, such as 'Line'. */
  constructor(context: ImportContext, what: string, largeIntegers: LargeIntegers) {
    this.#context = context
    this.#what = what
    this.#largeIntegers = largeIntegers
  }

  /** What the texts hold, and at the end the one that cannot be read, if there is one. */
  async *read(texts: AsyncIterable<string>): AsyncGenerator<ImportedItem | Unreadable> {
    let number = 1
    // What the history behind it belongs to.
    let last: ImportedItem | undefined
    try {
      for await (const text of texts) {
        const value = text.trim() === '' ? undefined : parseJson(text, this.#largeIntegers)
        if (isHeader(value)) {
          this.#header = value
        } else if (isHistory(value) && last !== undefined && 'read' in last) {
          addHistory(last.read, value)
        } else if (value !== undefined) {
          if (last) yield last
          last = undefined
          const item = this.#readText(value, `${this.#what} ${number}`)
          if (this.#header?.version === 2) last = item
          else yield item
        }
        number++
      }
    } catch (error) {
      if (last) yield last
      yield { place: `${this.#what} ${number}`, error }
      return
    }
    if (last) yield last
  }

  #readText(value: unknown, place: string): ImportedItem {
    const { parts, bound, defaults } = this.#context
    const { embedder } = parts
    if (this.#header) {
      const read = decodeRecord(value, bound, this.#header, embedder, this.#count++)
      return { place, id: read.record.id, read }
    }
    const own = withoutNulls(value)
    const input = parseInput(own, defaults, bound, embedder.dimensions, this.#count++)
    const named = input.minted ? { ...input, id: this.#ids.ofContent(input), minted: false } : input
    return { place, id: named.id, input: named }
  }
}

/**
 * JSON has no `undefined`: what other programs write for a field that they lack. That no time ends a memory is
 * said by null, and whose a memory is must not be lacking: a part of the scope that is null is refused. */
function withoutNulls(value: unknown): MemoryInput {
  if (Array.isArray(value)) {
    throw invalid("It must be one JSON object. An array is read with the option from: 'json' (--from json).")
  }
  if (!isPlainObject(value)) return value as MemoryInput
  const given = Object.entries(value).filter(
    ([field, held]) =>
      held !== null || field === 'expiresAt' || (scopeOptions as readonly string[]).includes(field),
  )
  return Object.fromEntries(given) as unknown as MemoryInput
}
