import { MemoryError } from '../contracts/errors.ts'
import type { MemoryErrorCode } from '../contracts/errors.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { addMemories } from '../write/add-memories.ts'
import type { ParsedInput } from '../write/parse-input.ts'
import { embedMissing, storeRecords } from '../write/store-records.ts'
import type { ImportedRecord } from './exported-record.ts'

/** What was read from a line of the file. */
export type ImportedLine = { readonly number: number; readonly id: string } & (
  | { readonly input: ParsedInput }
  | { readonly read: ImportedRecord }
)

/** Failures that say nothing about a line. */
const ofTheWhole: ReadonlySet<MemoryErrorCode> = new Set(['ABORTED', 'CLOSED', 'MODEL_MISMATCH', 'SCHEMA'])

/** Gathers lines and stores them together. */
export class ImportBatch {
  readonly #parts: MemoryParts
  readonly #signal: AbortSignal | undefined
  readonly #ids = new Set<string>()
  #lines: ImportedLine[] = []
  #repeated = 0
  /** Memories stored or skipped so far. */
  done = 0
  /** Of these, those that were there already. */
  skipped = 0

  constructor(parts: MemoryParts, signal: AbortSignal | undefined) {
    this.#parts = parts
    this.#signal = signal
  }

  /** Lines that wait to be stored. */
  get size(): number {
    return this.#lines.length + this.#repeated
  }

  /** An id that the batch already has is skipped, like one that is stored. */
  add(line: ImportedLine): void {
    if (this.#ids.has(line.id)) {
      this.#repeated++
    } else {
      this.#ids.add(line.id)
      this.#lines.push(line)
    }
  }

  /** Stores what was added. When that fails for the fault of one line, those before it are stored, and it is named. */
  async store(): Promise<void> {
    const [lines, repeated] = [this.#lines, this.#repeated]
    this.#lines = []
    this.#repeated = 0
    this.#ids.clear()
    if (lines.length > 0) await this.#storeLines(lines)
    this.done += repeated
    this.skipped += repeated
  }

  /** The error of a line, or of what begins there. Says what is stored. */
  failureAt(place: string, error: unknown): MemoryError {
    const { code, message, retryable } = MemoryError.from(error, 'It cannot be read')
    const mend = code === 'INVALID_ARGUMENT' || code === 'CORRUPT' ? 'mend the line and ' : ''
    const stored = `The ${this.done} memories before it are stored; ${mend}import the file again.`
    return new MemoryError(code, `${place}: ${message.replace(/\.?$/, '.')} ${stored}`, {
      cause: error,
      retryable,
    })
  }

  async #storeLines(lines: readonly ImportedLine[]): Promise<void> {
    try {
      this.skipped += await storeTogether(this.#parts, lines, this.#signal)
      this.done += lines.length
    } catch (thrown) {
      const error = MemoryError.from(thrown, 'It cannot be stored')
      const [first = { number: 0 }] = lines
      if (ofTheWhole.has(error.code)) throw error
      if (lines.length === 1) throw this.failureAt(`Line ${first.number}`, error)
      if (error.retryable) throw this.failureAt(`From line ${first.number}`, error)
      const half = lines.length >> 1
      await this.#storeLines(lines.slice(0, half))
      await this.#storeLines(lines.slice(half))
    }
  }
}

/** One embed call and one transaction. Returns how many memories were there already. */
async function storeTogether(
  parts: MemoryParts,
  lines: readonly ImportedLine[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const inputs = lines.flatMap(line => ('input' in line ? [line.input] : []))
  const records = lines.flatMap(line => ('read' in line ? [line.read] : []))
  let duplicates = 0
  if (inputs.length > 0) {
    const [results = []] = await addMemories(
      parts,
      [{ inputs, dedupe: false, embedder: parts.embedder }],
      signal,
    )
    duplicates += results.filter(({ event }) => event === 'NONE').length
  }
  return records.length === 0 ? duplicates : duplicates + (await storeRead(parts, records, signal))
}

async function storeRead(
  parts: MemoryParts,
  records: readonly ImportedRecord[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const searched = records.filter(({ record, embedding }) => record.indexed || embedding)
  const made = await embedMissing(parts, searched, signal)
  const vectors = new Map(searched.map(({ record }, i) => [record.id, made[i]]))
  const stored = records.map(({ record, embedding }) => {
    const vector = vectors.get(record.id) ?? null
    return { ...record, vector, reusable: parts.reuse && vector !== null && embedding === undefined }
  })
  return (await storeRecords(parts, stored, signal)).size
}
