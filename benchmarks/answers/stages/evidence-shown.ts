import type { AnswerMode } from '../modes.ts'
import type { AnswerQuestion } from '../question.ts'
import { conversationOf } from './answer-run.ts'
import type { AnswerRun } from './answer-run.ts'
import { memoriesOf } from './show-memories.ts'

/** The share of a question's evidence among what a mode shows for it; undefined for a question that names none. */
export function evidenceShown(
  run: AnswerRun,
  mode: AnswerMode,
  question: AnswerQuestion,
): number | undefined {
  const wanted = new Set(question.evidence)
  if (wanted.size === 0) return undefined
  const names = new Map(
    conversationOf(run, question.userId).turns.map(({ turn, place }) => [place, turn.metadata.diaId]),
  )
  const shown = new Set(memoriesOf(run, mode, question).flatMap(({ turns }) => turns))
  const found = [...shown].filter(place => wanted.has(names.get(place) ?? ''))
  return found.length / wanted.size
}
