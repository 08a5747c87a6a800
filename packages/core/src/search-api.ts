import type { SignalOptions } from './contracts/progress.ts'
import type { Metadata } from './contracts/record.ts'
import type { TextWeights } from './contracts/text-index.ts'
import type { Where } from './contracts/where.ts'
import type { MemoryItem, ScopeOptions, TimeInput } from './memory-api.ts'

/**
 * - `text`: by the words of the query and what a conversation is: the turns beside a turn, its run, who said it, when
 * - `vector`: by the cosine similarity of the embedding alone
 * - `hybrid`: by both
 */
export type SearchMode = 'hybrid' | 'vector' | 'text'

/** How much each part of a score counts, 0 to 100; 0 turns it off. */
export interface SearchWeights extends TextWeights {
  /** How far the embedding stands out among the nearest. Default 0.6; 0 for an embedder that knows words only. */
  readonly vector: number
}

/** What counts for a memory beside how well it answers. */
export interface SearchRank {
  /** How much the `importance` of a memory adds to its score at most, 0 to 10: 0.1 is a tenth. Default 0. */
  readonly importance?: number | undefined
  /** How much it adds that a memory is new, by `createdAt` and the `now` of the search. Default: nothing. */
  readonly recency?:
    | {
        /** What it adds for one of this moment, 0 to 10. Default 0. */
        readonly weight?: number | undefined
        /** After so many days half of it is left, 0.001 to 1,000,000. Default 30. */
        readonly halfLifeDays?: number | undefined
      }
    | undefined
}

/** The options of `search`. */
export interface SearchOptions extends ScopeOptions, SignalOptions {
  /** How many at most, 1 to 10,000, default 10. */
  readonly topK?: number | undefined
  /**
   * How many of the best to pass over, default 0; at most 10,000 with `topK`. Pages by offset repeat or miss memories that
   * are written meanwhile, and those that a reranker or `rank` orders may change places between pages; `list` has each once.
   */
  readonly offset?: number | undefined
  /** Default: 'hybrid' with an embedder of meanings, 'text' with one that knows words only, or none. */
  readonly mode?: SearchMode | undefined
  /** The lowest `score` that is returned: -1 to 1 with mode 'vector', else 0 to 1. Default: any. */
  readonly threshold?: number | undefined
  /** Only memories that pass. Default: all of the scope. */
  readonly where?: Where | undefined
  /**
   * What held at this time, as far as it is known now: of what has changed since, the memory that held then. Every memory
   * of the scope is compared, without an index. Default: now.
   */
  readonly asOf?: TimeInput | undefined
  /** True: also memories in whose place others are now. Every memory of the scope is compared. Default false. */
  readonly superseded?: boolean | undefined
  /** Default: as each of them says. Without effect with mode 'vector'. */
  readonly weights?: Partial<SearchWeights> | undefined
  /**
   * Whether the texts beside a text in its run, and the run as a whole, count. Default true; false is for memories that
   * have nothing to do with one another. Without effect with mode 'vector'.
   */
  readonly context?: boolean | undefined
  /** What 'yesterday' is counted from. Default: the clock of the memory. */
  readonly now?: TimeInput | undefined
  /** The lowest cosine similarity of a memory that is returned, -1 to 1; it needs vectors. Default: any. */
  readonly minSimilarity?: number | undefined
  /**
   * Finds nothing unless some text holds this share of the query's own words, 0 to 1, rare words counting more. It needs
   * words: not with mode 'vector'. Default 0.
   */
  readonly minCoverage?: number | undefined
  /**
   * Whether a fact and the messages that say it are one hit: the better one stands for both, and `derivation.sources` of a
   * fact names its messages. Default true; false returns each of them.
   */
  readonly collapse?: boolean | undefined
  /** Returns so many memories of the run on either side of each as `neighbours`, 0 to 10. Default 0. */
  readonly expand?: number | undefined
  /** Whether the reranker orders what was found. Default: true where there is one, over 50 candidates. */
  readonly rerank?: boolean | { readonly candidates?: number | undefined } | undefined
  /**
   * Orders four times as many as asked for by `score * (1 + importance part + recency part)`, and returns the best; with a
   * reranker, what that has ordered. `threshold` is held to the score before. Default: only the score counts.
   */
  readonly rank?: SearchRank | undefined
  /** Whether each memory says how its score came about. Default false. */
  readonly explain?: boolean | undefined
}

/** A vector in the place of a text: made by the memory's own model, and brought to unit length. It is searched by `vector`. */
export interface SearchEmbedding {
  /** Finite numbers, as many as the model has dimensions. */
  readonly embedding: Float32Array | readonly number[]
}

/** A search has either a query, 1 to 1,048,576 characters, or an embedding. */
export interface SearchQuery extends Omit<SearchOptions, 'signal'>, Partial<SearchEmbedding> {
  /** What is asked: 1 to 1,048,576 characters. Left out with an embedding. */
  readonly query?: string
}

/** What a score is made of: each part 0 to 1 and before its weight; absent where a search does not have it. */
export interface SearchScores {
  /** The words of the memory and of those beside it, over the best of the query; absent where the search has no such part. */
  readonly text?: number
  /** How far the embedding stands out among the nearest; absent where the search has no such part. */
  readonly vector?: number
  /** The words of the whole run, over the best run; absent where the search has no such part. */
  readonly run?: number
  /** 1 when the query names who said it; absent where the search has no such part. */
  readonly actor?: number
  /** How near it is to the time that the query names; absent where the search has no such part. */
  readonly date?: number
  /** The share of the query's own words that the memory itself holds, rare words counting more; absent where it has none. */
  readonly coverage?: number
  /** Cosine similarity of query and memory, -1 to 1; absent where the search has no such part. */
  readonly similarity?: number
  /** What the reranker said; absent where the search has no such part. */
  readonly rerank?: number
  /** The importance of the memory; absent without `rank`. */
  readonly importance?: number
  /** 1 for a memory of this moment, half of that with each half-life; absent without `rank`. */
  readonly recency?: number
}

/** A memory that a search has found. */
export interface FoundMemory<Meta = Metadata> extends MemoryItem<Meta> {
  /**
   * Mode 'vector': cosine similarity, -1 to 1. Else the weighted sum of the parts over the greatest that the query could
   * give, 0 to 1: it orders, and does not say whether anything fits. The reranker's score where that gave the order. With
   * `rank`, times what that adds.
   */
  readonly score: number
  /** The memories beside it in its run, oldest first: with `expand`. */
  readonly neighbours?: MemoryItem<Meta>[]
  /** With `explain`. */
  readonly scores?: SearchScores
  /** The parts of the score in words, the greatest first: with `explain`. */
  readonly explanation?: string[]
}

/** What a search has found. */
export interface SearchResult<Meta = Metadata> {
  /** Best first. */
  readonly results: FoundMemory<Meta>[]
  /**
   * What could not be done whole. 'text': the scope has more texts than `text.maxBytes` lets be held, and the newest
   * were ranked. 'rerank': the reranker failed or took too long, and the order is that of the parts. Absent where all was done.
   */
  readonly partial?: ('text' | 'rerank')[]
}
