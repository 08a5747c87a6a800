import type { MemoryErrorCode } from '../contracts/errors.ts'

/** What the messages of every channel have, from its end on. Nothing of what is stored, asked or found is in one. */
export interface SignalOutcome {
  /** How long the work took, in milliseconds; absent until it has ended. */
  durationMs?: number
  /** Why it failed, by its code alone: what the error itself says may name contents. Absent where it did not fail. */
  code?: MemoryErrorCode
}

/** `tracing:agentmem:add:*`: a call of `add` or `addBatch`, with its wait for other writes. */
export interface AddSignal extends SignalOutcome {
  /** How many were given. */
  readonly memories: number
  /** Whose they are: how many different scopes they have. */
  readonly scopes: number
  /** Characters of their texts, in UTF-16 units. */
  readonly characters: number
  /** How many were stored, also in the place of others. Without those that were there already; absent until it has ended. */
  written?: number
}

/** `tracing:agentmem:embed:*`: texts that an embedder was asked for, which are those that no cache had. */
export interface EmbedSignal extends SignalOutcome {
  /** Which model, such as `text-embedding-3-small`. */
  readonly model: string
  /** How many. */
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
  /** How many records, keys, patches or hashes it was given; absent where it takes no list. */
  readonly items?: number
  /** How many it answered with; absent where it answers with no list. */
  results?: number
}

/** `tracing:agentmem:search:*`: a call of `search` or `searchBatch`. */
export interface SearchSignal extends SignalOutcome {
  /** How many were asked. */
  readonly queries: number
  /** How many memories were asked for, in all. */
  readonly topK: number
  /** How many were found, in all; absent until it has ended. */
  results?: number
  /**
   * How many texts the scopes of the queries have; absent until it has ended, and where their texts are not held in memory to be
   * searched by words.
   */
  scopeTexts?: number
}

/** `tracing:agentmem:flush:*`: changes of the log that are brought into an index. */
export interface FlushSignal extends SignalOutcome {
  /** Such as 'hnsw'. */
  readonly index: string
  /** How many vectors are written. */
  readonly upserts: number
  /** How many ids are removed. */
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
  /** How many queries, ids or changes it was given; absent where it takes no list. */
  readonly items?: number
  /** How many it answered with; absent where it answers with no list. */
  results?: number
}

/**
 * The messages of the tracing channels of `node:diagnostics_channel`, by the name of the channel: `agentmem:add` and so on.
 * The same object goes through the events of one call.
 */
export interface Signals {
  /** Of `agentmem:add`. */
  readonly add: AddSignal
  /** Of `agentmem:embed`. */
  readonly embed: EmbedSignal
  /** Of `agentmem:store`. */
  readonly store: StoreSignal
  /** Of `agentmem:search`. */
  readonly search: SearchSignal
  /** Of `agentmem:flush`. */
  readonly flush: FlushSignal
  /** Of `agentmem:index`. */
  readonly index: IndexSignal
}
