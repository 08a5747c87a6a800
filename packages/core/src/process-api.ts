import type { MetadataInput } from './contracts/metadata.ts'
import type { Metadata } from './contracts/record.ts'
import type { ProgressOptions, SignalOptions } from './contracts/progress.ts'
import type { InferBudget, InferResult } from './infer-api.ts'
import type { AddOptions, MemoryItem, ScopeOptions } from './memory-api.ts'

/** Options of `add` and `addBatch` that make memories of messages. */
export interface InferAddOptions<Meta = MetadataInput> extends Omit<
  AddOptions<Meta>,
  'type' | 'onTaken' | 'infer'
> {
  /** Facts are made of the messages. */
  readonly infer: true
  /** 'done' (default): returns when the facts are stored. 'stored': when the messages are; `process` makes the facts. */
  readonly wait?: 'done' | 'stored' | undefined
}

/** The options of `process`. */
export interface ProcessOptions extends ProgressOptions, ScopeOptions {
  /** Messages at most. Default: all that wait. */
  readonly limit?: number | undefined
  /** Where it stops. Default: when all is done. */
  readonly budget?: InferBudget | undefined
  /** Whether what was parked is tried again. Default false. */
  readonly retryParked?: boolean | undefined
  /**
   * True: all windows are handed in as one job, for about half the price, and the call returns. A later one with the same scope, in
   * this process or another, stores what came of it; until then `pending` counts its messages. It needs a model that takes
   * deferred work, and is `UNSUPPORTED` otherwise. Default false: they are asked at once.
   */
  readonly deferred?: boolean | undefined
}

/** What `process` did. */
export interface ProcessResult extends Omit<InferResult, 'messages'> {
  /** The ids of the messages that are done. */
  readonly messages: string[]
}

/** The options of `pending`. */
export interface PendingOptions extends ScopeOptions, SignalOptions {
  /**
   * 'waiting' (default): messages that `process` works on, now or when their time has come. 'parked': those that it leaves
   * alone until `retryParked`.
   */
  readonly state?: 'waiting' | 'parked' | undefined
  /** How many at most, 1 to 1,000, default 100. */
  readonly limit?: number | undefined
  /** What `next` of the page before was. Default: the first page. */
  readonly after?: string | undefined
}

/** A message whose facts have not been made. */
export interface PendingMessage<Meta = Metadata> extends MemoryItem<Meta> {
  /** When it was received, in UTC milliseconds. */
  readonly receivedAt: number
  /** How many tokens its text has, as the extractor counted them. */
  readonly tokens: number
  /** How often it was tried. */
  readonly attempts: number
  /** It is not tried before this time, in UTC milliseconds. */
  readonly notBefore: number
  /** Why the last try failed; null where none did. */
  readonly reason: string | null
}

/** One page of messages that are not done. */
export interface PendingMessages<Meta = Metadata> {
  /** In the order in which they were received. A page may have fewer than `limit`, also before the last. */
  readonly results: PendingMessage<Meta>[]
  /** What to give as `after` for the page behind this one, in this process or another. Undefined on the last page. */
  readonly next: string | undefined
}

/** The options of `consolidate`. */
export interface ConsolidateOptions extends ScopeOptions, SignalOptions {
  /** Where it stops, before it is passed. Default: when all is done. */
  readonly budget?: InferBudget | undefined
}
