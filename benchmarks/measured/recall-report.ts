import type { Combination } from './cell.ts'

/** A mean over questions and its standard error. */
export interface MeanOfQuestions {
  readonly mean: number
  readonly error: number
}

export type MeanScores = Readonly<Record<string, MeanOfQuestions>>

/** How one way to search did over all questions. */
export interface RecallRow {
  /** How the turns were stored: 'turns', 'rounds', 'shuffled' ... */
  readonly shape: string
  /** What was asked; absent for BM25, which stands beside. */
  readonly combination?: Combination & { readonly reranker?: string }
  /** 'text', 'vector', 'hybrid', or 'BM25'. */
  readonly mode: string
  /** What was changed of the ranking, such as 'without date'; absent for the ranking as it is. */
  readonly variation?: string
  /** The means by name, such as 'R@10'. */
  readonly scores: MeanScores
  /** By what the questions say they are; empty where they say nothing. */
  readonly categories: readonly {
    readonly name: string
    readonly questions: number
    readonly scores: MeanScores
  }[]
  /** Of 'R@10', to the ranking as it is, for a variation: mean and 95% interval, paired by question. */
  readonly difference?: { readonly mean: number; readonly low: number; readonly high: number }
  /** Milliseconds of a search through Memory, embedding included, without the first one of each user. */
  readonly latency?: { readonly p50: number; readonly p95: number; readonly n: number }
  /** Milliseconds of the first search of a user after opening: the median over the users. */
  readonly firstSearch?: number
}

/** What `npm run bench:recall` measured. */
export interface RecallReport {
  readonly startedAt: string
  readonly memories: number
  readonly questions: number
  readonly rows: readonly RecallRow[]
}
