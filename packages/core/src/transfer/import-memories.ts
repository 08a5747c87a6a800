import { hash } from 'node:crypto'

import { checkInteger, invalid, isPlainObject } from '../checks/check-values.ts'
import { parseJson } from '../checks/parse-json.ts'
import type { LargeIntegers } from '../checks/parse-json.ts'
import { uuidOf } from '../contracts/mint-id.ts'
import type { Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { AddOptions, ImportOptions, ImportResult, MemoryInput } from '../memory-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { scopeOptions } from '../parts/narrow-scope.ts'
import { parseInput } from '../write/parse-input.ts'
import type { ParsedInput } from '../write/parse-input.ts'
import { decodeRecord, isHeader } from './exported-record.ts'
import type { ExportHeader } from './exported-record.ts'
import { ImportBatch } from './import-batch.ts'
import type { ImportedItem } from './import-batch.ts'
import { readerOf } from './import-format.ts'
import { openSource } from './open-source.ts'
import type { ImportSource } from './open-source.ts'

/**
 * Adds the memories of a file, which are the lines of it or the elements of its array: exports, one after the other, or one
 * `MemoryInput` each. A plain one gets an id that is made from its content, so that it is skipped when it is read again. To
 * resume an interrupted import, start it again; a repeated import adds nothing. The one that cannot be stored, for whatever
 * reason, is named, and those before it are stored.
 */
export async function importMemories(
  parts: MemoryParts,
  bound: Scope,
  source: ImportSource,
  {
    from = 'ndjson',
    batchSize = 1_000,
    largeIntegers = 'refuse',
    signal,
    onProgress,
    ...defaults
  }: ImportOptions,
): Promise<ImportResult> {
  checkInteger(batchSize, 'batchSize', 1, 10_000)
  if (largeIntegers !== 'refuse' && largeIntegers !== 'text') {
    throw invalid(`largeIntegers must be 'refuse' or 'text', not ${show(largeIntegers)}.`)
  }
  const { item: what, read } = readerOf(from)
  const batch = new ImportBatch(parts, what, signal)
  const store = async (): Promise<void> => {
    if (batch.size === 0) return
    await batch.store()
    onProgress?.({ done: batch.done })
  }
  const reader = new ItemReader(parts, bound, defaults, largeIntegers)
  for await (const item of reader.read(read(openSource(source)))) {
    if (item instanceof Unreadable) {
      await store()
      throw batch.failureAt(item.number, item.reason)
    }
    batch.add(item)
    if (batch.size >= batchSize) await store()
  }
  await store()
  return { imported: batch.done - batch.skipped, skipped: batch.skipped }
}

/** The line or element that ended the reading. */
class Unreadable {
  readonly number: number
  readonly reason: unknown

  constructor(number: number, reason: unknown) {
    this.number = number
    this.reason = reason
  }
}

/** Reads lines, or elements of an array, of either kind. */
class ItemReader {
  readonly #parts: MemoryParts
  readonly #bound: Scope
  readonly #defaults: AddOptions
  readonly #largeIntegers: LargeIntegers
  /** How often each plain memory was read before. */
  readonly #seen = new Map<string, number>()
  #header: ExportHeader | undefined
  /** Memories read so far: the place of the next. */
  #place = 0

  constructor(parts: MemoryParts, bound: Scope, defaults: AddOptions, largeIntegers: LargeIntegers) {
    this.#parts = parts
    this.#bound = bound
    this.#defaults = defaults
    this.#largeIntegers = largeIntegers
  }

  /** What the JSON texts hold, and at the end the one that cannot be read, if there is one. */
  async *read(texts: AsyncIterable<string>): AsyncGenerator<ImportedItem | Unreadable> {
    let number = 1
    try {
      for await (const text of texts) {
        const value = text.trim() === '' ? undefined : parseJson(text, this.#largeIntegers)
        if (isHeader(value)) {
          this.#header = value
        } else if (value !== undefined) {
          yield this.#readItem(value, number)
        }
        number++
      }
    } catch (error) {
      yield new Unreadable(number, error)
    }
  }

  #readItem(value: unknown, number: number): ImportedItem {
    const { embedder } = this.#parts
    if (this.#header) {
      const read = decodeRecord(value, this.#bound, this.#header, embedder, this.#place++)
      return { number, id: read.record.id, read }
    }
    const own = withoutNulls(value)
    const input = parseInput(own, this.#defaults, this.#bound, embedder.dimensions, this.#place++)
    const named = input.minted ? { ...input, id: this.#stableId(input), minted: false } : input
    return { number, id: named.id, input: named }
  }

  /**
   * Returns a UUIDv7 with the memory's time. The other bits are a hash of the memory and of how often it was read
   * before.
   */
  #stableId({
    scope,
    content,
    metadata,
    type,
    level,
    importance,
    createdAt,
    expiresAt,
    actorId,
    role,
  }: ParsedInput): string {
    const said = [scope, content, metadata, type, level, importance, createdAt, expiresAt, actorId, role]
    const name = hash('sha256', JSON.stringify(said), 'base64')
    const before = this.#seen.get(name) ?? 0
    this.#seen.set(name, before + 1)
    const bits = hash('sha256', `${name} ${before}`, 'buffer')
    return uuidOf(Math.max(0, createdAt ?? 0), bits)
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
