import type { Ending } from '../kept/run-files.ts'
import type { AnswerMode } from '../modes.ts'
import type { Agreement } from './agreement.ts'
import type { Share } from './wilson-interval.ts'

/** How a mode did on a group of questions: those that have an answer, those that have none, or a category. */
export interface GroupScores {
  readonly name: string
  readonly questions: number
  /** By judge. Of all questions of the group: what is no answer, or has no verdict, is not right. */
  readonly scores: Readonly<Record<string, Share>>
}

export interface ModeScores {
  readonly mode: AnswerMode
  readonly about: string
  /** 'answerable' and 'unanswerable', as far as there are such questions. */
  readonly groups: readonly GroupScores[]
  readonly categories: readonly GroupScores[]
  /** How many answers ended how. */
  readonly endings: Readonly<Partial<Record<Ending, number>>>
  /** Answers without a verdict that can be read, by judge. */
  readonly withoutVerdict: Readonly<Record<string, number>>
  /** Tokens of what was shown for a question, by o200k: the mean. */
  readonly contextTokens: number
  /** The share of a question's evidence that was among it: the mean over the questions that name evidence; null for none. */
  readonly evidence: number | null
  /** Milliseconds of a search, without the first one of each user; undefined for a mode that searches nothing. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly n: number } | undefined
  /** The first search of a user, which reads the texts: the median. */
  readonly firstSearch: number | undefined
}

/** How much more often a mode is right than a baseline, of the questions that have an answer. */
export interface Difference {
  readonly mode: AnswerMode
  readonly baseline: AnswerMode
  /** By judge: the mean over the questions, and its 95% interval, paired by question. */
  readonly byJudge: Readonly<
    Record<string, { readonly mean: number; readonly low: number; readonly high: number }>
  >
}

/** What all requests of a stage came to, as the endpoint counts tokens. */
export interface StageCost {
  readonly stage: string
  readonly calls: number
  readonly input: number
  readonly output: number
  /** How many of the calls were to endpoints that count no tokens: theirs are estimated. */
  readonly estimated: number
}

/** What was remembered. */
export interface MemoryCost {
  readonly memory: string
  readonly users: number
  readonly messages: number
  readonly facts: number
  /** Messages that no facts could be made of; they are found all the same. */
  readonly failed: number
  readonly seconds: number
}

/** What a run was made with. */
export interface AnswerSettings {
  readonly data: string
  readonly format: string
  readonly answerModel: string
  readonly memoryModel: string
  readonly judges: readonly string[]
  readonly parameters: object
  readonly embedder: string
  readonly topK: number
  readonly maxOutputTokens: number
}

export interface AnswerReport {
  readonly settings: AnswerSettings
  readonly questions: number
  readonly users: number
  readonly turns: number
  readonly modes: readonly ModeScores[]
  readonly differences: readonly Difference[]
  /** Of the first two judges, over all answers that both have a verdict of; undefined where one judges. */
  readonly agreement: Agreement | undefined
  readonly memories: readonly MemoryCost[]
  readonly costs: readonly StageCost[]
}
