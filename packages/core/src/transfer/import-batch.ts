import { MemoryError } from '../contracts/errors.ts'
import type { MemoryErrorCode } from '../contracts/errors.ts'
import type { Inbox } from '../infer/inbox.ts'
import { receiveMessages } from '../infer/receive-messages.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { addMemories } from '../write/add-memories.ts'
import type { ParsedInput } from '../write/parse-input.ts'
import type { ImportedRecord } from './exported-record.ts'
import { heldRecords, storeRead } from './store-read.ts'

/** What was read from a line of the file, or an element of its array. */
export type ImportedItem = { readonly place: string; readonly id: string } & (
  | { readonly input: ParsedInput }
  | { readonly read: ImportedRecord }
)

/** Failures that say nothing about a single memory. */
const ofTheWhole: ReadonlySet<MemoryErrorCode> = new Set(['ABORTED', 'CLOSED', 'MODEL_MISMATCH', 'SCHEMA'])

interface Storing {
  readonly parts: MemoryParts
  readonly inbox: Inbox | undefined
  readonly signal: AbortSignal | undefined
}

/** Gathers what was read, and stores it together. */
export class ImportBatch {
  readonly #storing: Storing
  readonly #ids = new Set<string>()
  #items: ImportedItem[] = []
  #repeated = 0
  /** Memories stored or skipped so far. */
  done = 0
  /** Of these, those that were there already. */
  skipped = 0

  /** With an inbox, what was read are messages that wait in it. */
  constructor(storing: Storing) {
    this.#storing = storing
  }

  /** How many wait to be stored. */
  get size(): number {
    return this.#items.length + this.#repeated
  }

  /** An id that the batch already has is skipped, like one that is stored. */
  add(item: ImportedItem): void {
    if (this.#ids.has(item.id)) {
      this.#repeated++
    } else {
      this.#ids.add(item.id)
      this.#items.push(item)
    }
  }

  /** Stores what was added. When that fails for the fault of one, those before it are stored, and it is named. */
  async store(): Promise<void> {
    const [items, repeated] = [this.#items, this.#repeated]
    this.#items = []
    this.#repeated = 0
    this.#ids.clear()
    if (items.length > 0) await this.#storeItems(items)
    this.done += repeated
    this.skipped += repeated
  }

  /** The error of a place in the file, or of what begins there. Says what is stored. */
  failureAt(place: string, error: unknown): MemoryError {
    const { code, message, retryable } = MemoryError.from(error, 'It cannot be read')
    const mend = code === 'INVALID_ARGUMENT' || code === 'CORRUPT' ? 'mend it and ' : ''
    const stored = `The ${this.done} memories before it are stored; ${mend}import the file again.`
    return new MemoryError(code, `${place}: ${message.replace(/\.?$/, '.')} ${stored}`, {
      cause: error,
      retryable,
    })
  }

  async #storeItems(items: readonly ImportedItem[]): Promise<void> {
    try {
      this.skipped += await storeTogether(this.#storing, items)
      this.done += items.length
    } catch (thrown) {
      const error = MemoryError.from(thrown, 'It cannot be stored')
      const [{ place }] = items as [ImportedItem]
      if (ofTheWhole.has(error.code)) throw error
      if (items.length === 1) throw this.failureAt(place, error)
      if (error.retryable)
        throw this.failureAt(`From ${place.charAt(0).toLowerCase()}${place.slice(1)}`, error)
      const half = items.length >> 1
      await this.#storeItems(items.slice(0, half))
      await this.#storeItems(items.slice(half))
    }
  }
}

/** One embed call and one transaction. Returns how many memories were there already. */
async function storeTogether(
  { parts, inbox, signal }: Storing,
  items: readonly ImportedItem[],
): Promise<number> {
  const inputs = items.flatMap(item => ('input' in item ? [item.input] : []))
  const read = items.flatMap(item => ('read' in item ? [item.read] : []))
  const records = await heldRecords(parts, read, signal)
  const duplicates = inputs.length === 0 ? 0 : await storeInputs({ parts, inbox, signal }, inputs)
  return records.length === 0 ? duplicates : duplicates + (await storeRead(parts, records, signal))
}

async function storeInputs(
  { parts, inbox, signal }: Storing,
  inputs: readonly ParsedInput[],
): Promise<number> {
  if (inbox) {
    const receiving = { ...inbox, inputs: inputs.map(inbox.messageOf), dedupe: false, reservedMs: 0 }
    const { units } = await receiveMessages(parts, receiving, { signal })
    inbox.wake(units)
    return inputs.length - units.length
  }
  const [results = []] = await addMemories(
    parts,
    [{ inputs, dedupe: false, embedder: parts.embedder }],
    signal,
  )
  return results.filter(({ event }) => event === 'NONE').length
}
