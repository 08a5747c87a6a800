import type { MetadataInput } from './contracts/metadata.ts'
import type { SignalOptions } from './contracts/progress.ts'
import type { InferBudget, InferResult } from './infer-api.ts'
import type { AddOptions, ScopeOptions } from './memory-api.ts'

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
export interface ProcessOptions extends SignalOptions, ScopeOptions {
  /** Messages at most. Default: all that wait. */
  readonly limit?: number | undefined
  /** Where it stops. Default: when all is done. */
  readonly budget?: InferBudget | undefined
  /** Whether what was parked is tried again. Default false. */
  readonly retryParked?: boolean | undefined
}

/** What `process` did. */
export interface ProcessResult extends Omit<InferResult, 'messages'> {
  /** The ids of the messages that are done. */
  readonly messages: string[]
}
