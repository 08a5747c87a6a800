import { Random } from '@agentmem/conformance'

import type { AnswerData, AnswerQuestion } from './question.ts'

const seed = 1

/** Questions of the first so many conversations, so many of them by lot, in their order; more has all that fewer has. */
export function selectQuestions(
  { turns, questions }: AnswerData,
  { limit, conversations }: { readonly limit: number; readonly conversations: number },
): AnswerQuestion[] {
  const users = new Set([...new Set(turns.map(({ userId }) => userId))].slice(0, conversations))
  const own = questions.filter(({ userId }) => users.has(userId))
  const chosen = new Set(new Random(seed).shuffle(own).slice(0, limit))
  return own.filter(question => chosen.has(question))
}
