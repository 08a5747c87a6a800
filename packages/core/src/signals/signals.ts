import type { MemoryErrorCode } from '../contracts/errors.ts'

/** What the messages of every channel have, from its end on. Nothing of what is stored, asked or found is in one. */
export interface SignalOutcome {
  /** How long the work took, in milliseconds. */
  durationMs?: number
  /** Why it failed, by its code alone: what the error itself says may name contents. */
  code?: MemoryErrorCode
}

/** `tracing:agentmem:add:*`: a call of `add` or `addBatch`, with its wait for other writes. */
export interface AddSignal extends SignalOutcome {
  readonly memories: number
  /** Whose they are: how many different scopes they have. */
  readonly scopes: number
  /** Characters of their texts, in UTF-16 units. */
  readonly characters: number
  /** How many were stored, also in the place of others. Without those that were there already. */
  written?: number
}

/** `tracing:agentmem:embed:*`: texts that an embedder was asked for, which are those that no cache had. */
export interface EmbedSignal extends SignalOutcome {
  readonly model: string
  readonly texts: number
  /** Characters of the texts, in UTF-16 units. */
  readonly characters: number
}

/** `tracing:agentmem:store:*`: a call of the Store; of a query, each page. */
export interface StoreSignal extends SignalOutcome {
  /** Such as 'sqlite'. */
  readonly store: string
  /** The method of `Store`, such as 'put'. */
  readonly call: string
  /** How many records, keys, patches or hashes it was given. */
  readonly items?: number
  /** How many it answered with, where it answers with a list. */
  results?: number
}

/** `tracing:agentmem:search:*`: a call of `search` or `searchBatch`. */
export interface SearchSignal extends SignalOutcome {
  readonly queries: number
  /** How many memories were asked for, in all. */
  readonly topK: number
  /** How many were found, in all. */
  results?: number
  /** How many texts the scopes of the queries have, as far as their texts are held in memory to be searched by words. */
  scopeTexts?: number
}

/** `tracing:agentmem:flush:*`: changes of the log that are brought into an index. */
export interface FlushSignal extends SignalOutcome {
  /** Such as 'hnsw'. */
  readonly index: string
  readonly upserts: number
  readonly deletes: number
  /** How many changes the tail had when it began, these among them. */
  readonly tail: number
}

/** `tracing:agentmem:index:*`: a call of the VectorIndex. */
export interface IndexSignal extends SignalOutcome {
  /** Such as 'hnsw'. */
  readonly index: string
  /** The method of `VectorIndex`, such as 'search'. */
  readonly call: string
  /** How many queries, ids or changes it was given. */
  readonly items?: number
  /** How many it answered with, where it answers with a list. */
  results?: number
}

/**
 * The messages of the tracing channels of `node:diagnostics_channel`, by the name of the channel: `agentmem:add` and so on.
 * The same object goes through the events of one call.
 */
export interface Signals {
  readonly add: AddSignal
  readonly embed: EmbedSignal
  readonly store: StoreSignal
  readonly search: SearchSignal
  readonly flush: FlushSignal
  readonly index: IndexSignal
}
