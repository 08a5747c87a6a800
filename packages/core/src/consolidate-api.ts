import type { InferUsage } from './infer-api.ts'

/** How insights are drawn from facts. */
export interface ConsolidationOptions {
  /** The cosine similarity from which two facts are of one cluster, 0 to 1. Default 0.6; fit it to your embedder. */
  readonly similarity?: number | undefined
  /** Facts that make a cluster at least, 2 to 50. Default 3. */
  readonly least?: number | undefined
  /** Facts that must have changed before a call without a user looks at an owner again, 1 to 10,000. Default 20. */
  readonly changed?: number | undefined
  /** The newest facts of an owner that are looked at, 2 to 5,000. Default 1,000. */
  readonly facts?: number | undefined
  /**
   * Whether it also runs by itself, behind the facts that are made in the background, for owners of whom enough has changed. It asks
   * the model, and only `infer.background` sets it off. Default false.
   */
  readonly background?: boolean | undefined
}

/** An insight that was stored. */
export interface ConsolidatedInsight {
  /** Its id. */
  readonly id: string
  /** Its text. */
  readonly memory: string
  /** Ids of the facts that it follows from. */
  readonly sources: readonly string[]
  /** Ids of the insights in whose place it stands; empty for none. */
  readonly replaces: readonly string[]
}

/** Something that an extractor said of a cluster and that was not believed. */
export interface DroppedInsight {
  /** Why it was not believed. */
  readonly reason: string
  /** What it was. */
  readonly text: string
}

/** What `consolidate` did. */
export interface ConsolidateResult {
  /** What was stored. */
  readonly results: ConsolidatedInsight[]
  /** Insights that are in force no more, since a fact that they followed from is not: closed, or deleted with their history. */
  readonly closed: string[]
  /** What was said and not believed. */
  readonly dropped: DroppedInsight[]
  /** Why a call of the extractor or a commit came to nothing: `MemoryError`s. What they were about is tried again next time. */
  readonly failed: Error[]
  /** True when the budget ended it. */
  readonly stopped: boolean
  /** By which `revert` undoes what was stored. */
  readonly batch: string
  /** What it took. */
  readonly usage: InferUsage
}
