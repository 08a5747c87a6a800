import type { ShownMemory } from '../kept/run-files.ts'
import type { AnswerMode } from '../modes.ts'
import type { AnswerQuestion } from '../question.ts'
import { conversationOf } from './answer-run.ts'
import type { AnswerRun } from './answer-run.ts'
import { retrievedFor, shownTurn } from './retrieve.ts'

/** What a mode shows for a question, oldest first: "2023-05-08 13:56 Ines: It rained in Porto." */
export function showMemories(run: AnswerRun, mode: AnswerMode, question: AnswerQuestion): string[] {
  return memoriesOf(run, mode, question)
    .toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.turns[0] ?? 0) - (b.turns[0] ?? 0))
    .map(show)
}

/** The memories that a mode shows for a question. */
export function memoriesOf(
  run: AnswerRun,
  mode: AnswerMode,
  question: AnswerQuestion,
): readonly ShownMemory[] {
  if (mode === 'none') return []
  if (mode === 'full') return conversationOf(run, question.userId).turns.map(shownTurn)
  const found = retrievedFor(run, mode, question)
  if (!found) throw new Error(`Nothing was retrieved for the question ${question.id} in the mode ${mode}.`)
  return found.memories
}

function show({ text, at, by }: ShownMemory): string {
  const time = at === undefined ? '' : `${showTime(at)} `
  const who = by === undefined || text.startsWith(`${by}:`) ? '' : `${by}: `
  return time + who + text
}

/** To the minute, in UTC. */
export function showTime(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
