import { hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

import { checkInteger } from '../checks/check-values.ts'
import { MemoryError } from '../contracts/errors.ts'
import { uuidOf } from '../contracts/mint-id.ts'
import type { Scope } from '../contracts/record.ts'
import type { AddOptions, ImportOptions, ImportResult, MemoryInput } from '../memory-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { addMemories } from '../write/add-memories.ts'
import { parseInput } from '../write/parse-input.ts'
import type { ParsedInput } from '../write/parse-input.ts'
import { embedMissing, storeRecords } from '../write/store-records.ts'
import { decodeRecord, isHeader } from './exported-record.ts'
import type { ExportHeader, ImportedRecord } from './exported-record.ts'
import { readLines } from './read-lines.ts'

/**
 * Adds the memories of a file: an export, or one `MemoryInput` a line. A plain line gets an id that is made from
 * its content, so that the same line is skipped when it is read again. To resume an interrupted import, start it
 * again; a repeated import adds nothing.
 */
export async function importMemories(
  parts: MemoryParts,
  bound: Scope,
  source: string | AsyncIterable<Uint8Array | string>,
  { batchSize = 1_000, signal, onProgress, ...defaults }: ImportOptions,
): Promise<ImportResult> {
  checkInteger(batchSize, 'batchSize', 1, 10_000)
  const stream = typeof source === 'string' ? createReadStream(source) : source
  const reader = new LineReader(parts, bound, defaults)
  let [number, done, skipped] = [0, 0, 0]
  const store = async (): Promise<void> => {
    const { size, duplicates } = await reader.store(signal)
    done += size
    skipped += duplicates
    onProgress?.({ done })
  }
  for await (const line of readLines(stream)) {
    number++
    if (line.trim() === '') continue
    try {
      reader.read(line)
    } catch (error) {
      await store()
      throw atLine(number, done, error)
    }
    if (reader.size >= batchSize) await store()
  }
  if (reader.size > 0) await store()
  return { imported: done - skipped, skipped }
}

/** Gathers lines of either kind into a batch. */
class LineReader {
  readonly #parts: MemoryParts
  readonly #bound: Scope
  readonly #defaults: AddOptions
  /** How often each plain line was read before. */
  readonly #seen = new Map<string, number>()
  #first = true
  #header: ExportHeader | undefined
  #inputs: ParsedInput[] = []
  #records: ImportedRecord[] = []
  readonly #ids = new Set<string>()
  /** Memories read so far: the place of the next. */
  #place = 0
  #repeated = 0

  constructor(parts: MemoryParts, bound: Scope, defaults: AddOptions) {
    this.#parts = parts
    this.#bound = bound
    this.#defaults = defaults
  }

  get size(): number {
    return this.#inputs.length + this.#records.length + this.#repeated
  }

  read(line: string): void {
    const value: unknown = JSON.parse(line)
    const { embedder } = this.#parts
    const first = this.#first
    this.#first = false
    if (first && isHeader(value)) {
      this.#header = value
    } else if (this.#header) {
      const read = decodeRecord(value, this.#bound, this.#header, embedder, this.#place++)
      if (this.#isNew(read.record.id)) this.#records.push(read)
    } else {
      const { dimensions } = embedder
      const input = parseInput(value as MemoryInput, this.#defaults, this.#bound, dimensions, this.#place++)
      const named = input.minted ? { ...input, id: this.#stableId(input), minted: false } : input
      if (this.#isNew(named.id)) this.#inputs.push(named)
    }
  }

  /** False for an id that the batch already has: it is skipped, like an id that is stored. */
  #isNew(id: string): boolean {
    if (this.#ids.has(id)) {
      this.#repeated++
      return false
    }
    this.#ids.add(id)
    return true
  }

  /** Stores the batch. Returns its size, and how many of its memories were there already. */
  async store(signal: AbortSignal | undefined): Promise<{ size: number; duplicates: number }> {
    const size = this.size
    const [inputs, records, repeated] = [this.#inputs, this.#records, this.#repeated]
    ;[this.#inputs, this.#records, this.#repeated] = [[], [], 0]
    this.#ids.clear()
    if (size === 0) return { size, duplicates: 0 }
    if (this.#header) {
      const searched = records.filter(({ record, embedding }) => record.indexed || embedding)
      const made = await embedMissing(this.#parts, searched, signal)
      const vectors = new Map(searched.map(({ record }, i) => [record.id, made[i]]))
      const { reuse } = this.#parts
      const stored = records.map(({ record, embedding }) => {
        const vector = vectors.get(record.id) ?? null
        return { ...record, vector, reusable: reuse && vector !== null && embedding === undefined }
      })
      return { size, duplicates: repeated + (await storeRecords(this.#parts, stored, signal)).size }
    }
    const [results = []] = await addMemories(
      this.#parts,
      [{ inputs, dedupe: false, embedder: this.#parts.embedder }],
      signal,
    )
    return { size, duplicates: repeated + results.filter(({ event }) => event === 'NONE').length }
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

function atLine(number: number, done: number, error: unknown): MemoryError {
  const reason = error instanceof Error ? error.message : String(error)
  return new MemoryError(
    MemoryError.is(error) ? error.code : 'INVALID_ARGUMENT',
    `Line ${number}: ${reason.replace(/\.?$/, '.')} The ${done} memories before it are stored; mend the line and import the file again.`,
    { cause: error },
  )
}
