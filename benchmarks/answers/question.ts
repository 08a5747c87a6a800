import type { Question, Turn } from '../retrieval/evidence.ts'

/** A turn as it is remembered: that of `npm run bench:recall`, and the role of who said it. */
export interface Said extends Turn {
  /** Such as 'user' or 'assistant'. */
  readonly role?: string
}

/** What a right answer is. */
export type Expected =
  /** One that says the same as `answer`. */
  | 'answer'
  /** One that does what `answer` describes. */
  | 'rubric'
  /** One that says that it cannot be known: the conversation does not tell. */
  | 'unknown'

/** A question with its right answer. */
export interface AnswerQuestion extends Question {
  /** Unique in a data set. */
  readonly id: string
  readonly category: string
  readonly expects: Expected
  /** '' for what cannot be known. */
  readonly answer: string
  /** When it is asked, in ISO 8601: in the default, with the last turn of its user. */
  readonly askedAt: string | undefined
}

/** Conversations, and questions about them. */
export interface AnswerData {
  readonly format: string
  /** In the order in which they were said, user by user. */
  readonly turns: readonly Said[]
  readonly questions: readonly AnswerQuestion[]
}
