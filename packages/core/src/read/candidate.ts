import type { MemoryRecord } from '../contracts/record.ts'
import type { TextParts } from '../contracts/text-index.ts'

/** A memory that may be part of an answer. */
export interface Candidate {
  readonly id: string
  readonly score: number
  /** What its words say; undefined with mode 'vector', and where the scope's texts do not have it. */
  readonly parts?: TextParts | undefined
  readonly coverage?: number | undefined
  /** The cosine similarity, where the vector index named it. */
  readonly similarity?: number | undefined
  /** How far that stands out, 0 to 1. */
  readonly vector?: number | undefined
}

/** Candidates of one query, best first. */
export interface Candidates {
  readonly list: readonly Candidate[]
  /** True when there are no others. */
  readonly isAll: boolean
  /** True when the scope has more texts than were ranked. */
  readonly isPartial: boolean
}

/** A candidate that is part of the answer, with its record. */
export interface Hit extends Candidate {
  readonly record: MemoryRecord
  /** What the reranker said. */
  readonly rerank?: number | undefined
  /** What counts for it beside its score, each before its weight, and the score with that; undefined without `rank`. */
  readonly ranked?:
    | { readonly importance: number; readonly recency: number; readonly score: number }
    | undefined
}
