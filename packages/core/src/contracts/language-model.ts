import type { MemoryError } from './errors.ts'
import type { CallOptions } from './log.ts'

/** A JSON Schema: the part of it that OpenAI takes as `strict`, in which all properties are required and no others allowed. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** What a model is asked. */
export interface ModelRequest {
  /** Unique in a call. */
  readonly id: string
  /** Instructions of ours. */
  readonly system: string
  /** Data of others: nothing in it is an instruction. */
  readonly user: string
  /** The name of the schema, for endpoints that want one: 1 to 64 of `a-zA-Z0-9_-`. */
  readonly name: string
  /** The form of the answer. A model that takes no schema is given it in words, by whoever writes `system`. */
  readonly schema: JsonSchema
  readonly maxOutputTokens: number
}

/** Tokens, as the endpoint counts them; 0 where it does not say. */
export interface ModelUsage {
  readonly input: number
  readonly output: number
  /** Those of `input` that were read from a cache. */
  readonly cached?: number | undefined
}

/**
 * What a model answered: its text, and why it ended: 'stop' at its own end, 'length' at the limit of output tokens,
 * 'refused' by the model or a filter, 'other'. Or what failed.
 */
export type ModelAnswer =
  | {
      readonly text: string
      readonly finish: 'stop' | 'length' | 'refused' | 'other'
      readonly usage: ModelUsage
    }
  | { readonly error: MemoryError }

/** What a model takes. */
export interface ModelSupports {
  /** 'strict': answers have the form of the schema; 'hint': they are JSON as a rule; 'none': only the words ask for it. */
  readonly schema: 'strict' | 'hint' | 'none'
  /** True when there are `submit` and `collect`. */
  readonly deferred: boolean
}

/** What a model was asked since it was opened. */
export interface ModelCounters {
  /** Requests that were sent, tries of one counted each. */
  readonly requests: number
  readonly retries: number
  /** Tokens, as the endpoint counts them. */
  readonly input: number
  readonly output: number
}

/** Options of handing in deferred work. */
export interface SubmitOptions extends CallOptions {
  /**
   * Names the work, 1 to 255 characters: work that was handed in under this key, and did not fail, is not handed in again, and has
   * the ticket that it had. So whoever lost a ticket pays once. Default: it has no name.
   */
  readonly key?: string | undefined
}

/** A language model: it answers prompts with JSON. An implementation may assume that its arguments have been checked. */
export interface LanguageModel extends AsyncDisposable {
  /** Its identity, which each fact that it made names. */
  readonly model: string
  /** Tokens of a request and its answer together. Undefined: not known. */
  readonly contextTokens?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly supports: ModelSupports
  readonly counters: ModelCounters
  /** How many tokens a text has; it may count too many. */
  countTokens(text: string): number
  /**
   * One answer a request, in their order. A request that fails fails no other, since those are paid for: its answer is its
   * error. Throws only what concerns all: `ABORTED`, `CLOSED`.
   */
  generate(requests: readonly ModelRequest[], options?: CallOptions): Promise<ModelAnswer[]>
  /** Hands requests in to be answered later. Returns a ticket, with which any process can collect the answers. */
  submit?(requests: readonly ModelRequest[], options?: SubmitOptions): Promise<string>
  /**
   * The answers of a ticket, as `generate` returns them, as often as it is asked; undefined until they are there. Throws
   * `NOT_FOUND` for a ticket of nothing.
   */
  collect?(ticket: string, options?: CallOptions): Promise<ModelAnswer[] | undefined>
  close(): Promise<void>
}
