import type { Triple } from './contracts/extractor.ts'

/** How memories are made of conversations. */
export interface InferOptions {
  /** Tokens of the messages of one call of a model, as the extractor counts them, 100 to 1,000,000. Default 4,000. */
  readonly windowTokens?: number | undefined
  /** Messages of one call at most, 1 to 1,000. Default 100. */
  readonly windowMessages?: number | undefined
  /** Earlier messages that are shown beside them, to be understood by, 0 to 100. Default 10. */
  readonly context?: number | undefined
  /** Whose messages go into a prompt: those of these roles, and those without a role. Default 'user' and 'assistant'. */
  readonly roles?: readonly string[] | undefined
  /** Whether new facts are compared with stored ones by the model. False: they are only added. Default true. */
  readonly decide?: boolean | undefined
  /** What becomes of messages: found by searches (default), stored without that, or deleted once their facts are stored. */
  readonly messages?: 'searchable' | 'stored' | 'discard' | undefined
  /** Whose memories a fact may take the place of: those of a model (default), anybody's, or nobody's. */
  readonly mayReplace?: 'model' | 'any' | 'none' | undefined
  /** How many stored memories one fact may take the place of, 0 to 100. Default 3. */
  readonly maxReplaced?: number | undefined
  /** The share of a fact's content words that its messages must hold, 0 to 1. Default 0.5. */
  readonly grounding?: number | undefined
  /** Stored facts that a new one is compared with, 1 to 50. Default 5. */
  readonly neighbours?: number | undefined
  /** The lowest similarity of these, -1 to 1. Default 0.2. */
  readonly floor?: number | undefined
  /** Where facts are: in the scope of the message that says them (default), or in no run. */
  readonly factScope?: 'source' | 'user' | undefined
  /**
   * Whether the facts of messages that wait (`wait: 'stored'`, and what failed in passing) are made in the background while the
   * memory is open. One process works on an organization at a time; what fails is told by `stats` and `onBackgroundError`. False:
   * `process` alone makes them. Default true.
   */
  readonly background?: boolean | undefined
  /** How long messages are gathered in the background, in milliseconds, unless `windowTokens` are there before: 0 to 86,400,000. Default 30,000. */
  readonly settleMs?: number | undefined
  /**
   * Whether answers of the model are written down, in the rows of the messages that wait, before their facts are stored: a
   * process that dies between the two has not paid for nothing, for one more transaction. Of `process` and of the background.
   * Default true.
   */
  readonly keepAnswers?: boolean | undefined
  /** Changes each text before it goes into a prompt, such as by taking out secrets. What it throws fails the window. Default: none is changed. */
  readonly redact?: ((text: string) => string) | undefined
  /**
   * Told what is about to be written for one owner, and may leave facts out of it: it returns the ids of those that are to
   * be stored. What it throws fails the messages, which wait. Default: all are stored.
   */
  readonly review?: ((plan: InferPlan) => Promise<readonly string[]> | readonly string[]) | undefined
}

/** What is about to be written. */
export interface InferPlan {
  /** What each owner is to get, in order. */
  readonly facts: readonly InferredMemory[]
}

/** What became of a fact. */
export interface InferredMemory {
  /** Its id. */
  readonly id: string
  /** Its text. */
  readonly memory: string
  /** 'SUPERSEDE': a new memory that took the place of another. 'NONE': it was known; `id` is that of the known one. */
  readonly event: 'ADD' | 'SUPERSEDE' | 'NONE'
  /** The memory in whose place it stands; of several the first. Absent where there is none. */
  readonly previousId?: string | undefined
  /** The text of that memory; absent where it took nothing's place. */
  readonly previousMemory?: string | undefined
  /** Memories that the model would have put it in the place of, and that are as they were; absent for none. */
  readonly conflicts?: readonly string[] | undefined
  /** Ids of the messages that say it. */
  readonly sources: readonly string[]
  /** Who said it; absent where nobody was named. */
  readonly actorId?: string | undefined
  /** The role of who said it; absent where there is none. */
  readonly role?: string | undefined
}

/** Something that an extractor said and that was not believed. */
export interface DroppedFact {
  /** Why it was not believed. */
  readonly reason: string
  /** What it was. */
  readonly text: string
  /** Ids of the messages that it was made of. */
  readonly sources: readonly string[]
}

/** Calls of a model, and their tokens as its endpoint counts them. */
export interface InferUsage {
  /** Calls of a model. */
  readonly calls: number
  /** Tokens that it read. */
  readonly inputTokens: number
  /** Tokens that it wrote. */
  readonly outputTokens: number
}

/** What a fact says of two things. */
export interface Relation extends Triple {
  /** The fact that says it. */
  readonly memoryId: string
}

/** A message whose facts could not be made. It is stored, and waits, or is parked. */
export interface FailedMessage {
  /** Its place among the inputs, or among what was worked on. */
  readonly index: number
  /** The id of the message. */
  readonly messageId: string
  /** Why: a `MemoryError`. */
  readonly error: Error
  /** True: it is tried again. False: it is parked, until `process` is told to try again what is. */
  readonly retryable: boolean
}

/** What became of messages. */
export interface InferResult {
  /** Facts, and so not aligned with the inputs. */
  readonly results: InferredMemory[]
  /** What the facts say of two things each. */
  readonly relations: Relation[]
  /** The ids of the messages, aligned with the inputs. */
  readonly messages: string[]
  /** How many of them wait. */
  readonly pending: number
  /** Messages whose facts could not be made. */
  readonly failed: FailedMessage[]
  /** What was said and not believed. */
  readonly dropped: DroppedFact[]
  /** By which `revert` undoes what was inferred. */
  readonly batch: string
  /** What it took. */
  readonly usage: InferUsage
}

/** Where working on messages stops, before it is passed. */
export interface InferBudget {
  /** Calls of a model. Default: no limit. */
  readonly calls?: number | undefined
  /** Tokens of its input, as the extractor counts the messages, with 1,500 for the instructions of each call. Default: no limit. */
  readonly inputTokens?: number | undefined
}

/** What `revert` undid. */
export interface RevertResult {
  /** Facts that were removed. */
  readonly removed: number
  /** Memories that are in force again. */
  readonly restored: number
}

/** What a memory has inferred since it was opened. */
export interface InferStats extends InferUsage {
  /** Messages that wait for their facts, of all organizations. */
  readonly waiting: number
  /** Messages that are not tried again until `process` is told to. */
  readonly parked: number
  /** When the oldest of those that wait was received, in UTC milliseconds; absent where none waits. */
  readonly oldestWaiting?: number
  /** Facts that were not believed, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** The last 20 of them, the newest first. Their texts are not kept: a model may have made up what they say of somebody. */
  readonly lastDropped: readonly Pick<DroppedFact, 'reason' | 'sources'>[]
  /** The newest failure; absent where there was none. */
  readonly lastError?: string
}
