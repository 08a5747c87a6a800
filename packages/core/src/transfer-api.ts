import type { LargeIntegers } from './checks/parse-json.ts'
import type { ProgressOptions } from './contracts/progress.ts'
import type { AddOptions, MemoryInput, ScopeOptions } from './memory-api.ts'

/** The options of `exportTo`. */
export interface ExportOptions extends ScopeOptions, ProgressOptions {
  /** Write each vector beside its memory, so that an import need not embed. Default true. */
  readonly vectors?: boolean | undefined
  /**
   * Write what happened to each memory behind it, so that an import brings it along. Default false. Releases before the one
   * that has this option do not read such a file.
   */
  readonly history?: boolean | undefined
}

/** The options of `copyTo`. */
export interface CopyOptions extends ScopeOptions, ProgressOptions {
  /** Whether the history of each memory is copied too. Default false: it begins with the copy. */
  readonly history?: boolean | undefined
  /** Memories a transaction, 1 to 10,000, default 1,000. */
  readonly batchSize?: number | undefined
}

/** What `copyTo` has done. */
export interface CopyResult {
  /** Memories stored by this call. */
  readonly copied: number
  /** Memories that were there already. Of all that were read, each was copied or skipped. */
  readonly skipped: number
  /** Of those skipped, how many say something else there: they were changed on either side since they were copied. */
  readonly different: number
}

/** The options of `importFrom`. */
export interface ImportOptions extends Omit<AddOptions, 'dedupe' | 'onTaken' | 'infer'>, ProgressOptions {
  /**
   * What the file is: 'ndjson' (default) has one JSON object a line, 'json' is one JSON array of them, of any length. A
   * function reads what another program wrote, such as `importFormats.chatgpt` of `@agentmem/core/import`.
   */
  readonly from?: 'ndjson' | 'json' | ImportFormat | undefined
  /** Memories a transaction, 1 to 10,000, default 1,000. */
  readonly batchSize?: number | undefined
  /**
   * A whole number past 2^53 that a JavaScript number cannot hold, such as an id of 64 bits in metadata: 'refuse'
   * (default) names its line or element, 'text' keeps its digits as a string. The formats of other programs keep the digits.
   */
  readonly largeIntegers?: LargeIntegers | undefined
  /**
   * True: what is read are messages, of which `process` makes facts; what an export holds is stored as it was. Default false.
   */
  readonly infer?: boolean | undefined
}

/** What `importFrom` has done. */
export interface ImportResult {
  /** Memories stored by this call. */
  readonly imported: number
  /** Memories that were there already. */
  readonly skipped: number
}

/** Reads the items of another program's file, in order, while it is read. What is wrong with the file is the last item. */
export type ImportFormat = (source: AsyncIterable<Uint8Array | string>) => AsyncIterable<ImportItem>

/** A memory that a file has, or what is wrong in its place. */
export type ImportItem = {
  /** Where it stands, for people: 'Element 3, message 12'. */
  readonly place: string
} & (ImportedMemory | { readonly error: unknown })

/** A memory as a format reads it. */
export interface ImportedMemory {
  /**
   * What tells it from all others of its kind, such as the ids of a conversation and a message: with whom the memory is
   * of, its id is made of these, so that it is stored once however often it is read. Undefined: of all that it says.
   */
  readonly key?: readonly string[] | undefined
  /** What `add` takes, without an id. */
  readonly input: Omit<MemoryInput, 'id'>
}
