import { contentHash } from '@agentmem/core/adapter'
import type { LanguageModel } from '@agentmem/core/adapter'

import type { KeptModel } from '../kept/kept-model.ts'
import type { RunFiles } from '../kept/run-files.ts'
import type { AnswerMode } from '../modes.ts'
import type { AnswerQuestion, Said } from '../question.ts'

/** Who judges, and by which instructions. */
export interface JudgeModel {
  /** Such as 'strict gpt-5-mini'. */
  readonly name: string
  readonly system: string
  readonly model: KeptModel
}

/** A turn and its place among all turns of the data. */
export interface PlacedTurn {
  readonly turn: Said
  readonly place: number
}

/** The turns of a user, in their order. */
export interface Conversation {
  readonly turns: readonly PlacedTurn[]
  /** A hash of all that was said. */
  readonly hash: string
}

/** All that the stages of a run work with. */
export interface AnswerRun {
  /** Those that are asked. */
  readonly questions: readonly AnswerQuestion[]
  /** By user: of each that a question is about. */
  readonly conversations: ReadonlyMap<string, Conversation>
  readonly modes: readonly AnswerMode[]
  readonly embedder: string
  /** Memories that a search returns. */
  readonly topK: number
  readonly files: RunFiles
  /** Makes facts; it closes with the memory that it is given to. */
  readonly memoryModel: LanguageModel
  readonly answerModel: KeptModel
  readonly judges: readonly JudgeModel[]
  /** Tokens of an answer or a verdict at most. */
  readonly maxOutputTokens: number
  /** Requests at a time. */
  readonly concurrency: number
  /** Told what a stage has done. */
  readonly onProgress: (stage: string, done: number, of: number) => void
}

/** The conversations that questions are about. */
export function conversationsOf(
  turns: readonly Said[],
  questions: readonly AnswerQuestion[],
): ReadonlyMap<string, Conversation> {
  const byUser = Map.groupBy(
    turns.map((turn, place): PlacedTurn => ({ turn, place })),
    ({ turn }) => turn.userId,
  )
  const users = new Set(questions.map(({ userId }) => userId))
  return new Map(
    [...users].map(userId => {
      const own = byUser.get(userId) ?? []
      return [userId, { turns: own, hash: contentHash(JSON.stringify(own)) }]
    }),
  )
}

/** The conversation of a question. */
export function conversationOf({ conversations }: AnswerRun, userId: string): Conversation {
  const conversation = conversations.get(userId)
  if (!conversation) throw new Error(`No conversation is of the user '${userId}'.`)
  return conversation
}
