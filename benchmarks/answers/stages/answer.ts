import type { ModelAnswer, ModelRequest } from '@agentmem/core/adapter'

import { countO200k } from '../../inference/count-o200k.ts'
import { eachInParallel } from '../kept/each-in-parallel.ts'
import type { Answered } from '../kept/run-files.ts'
import type { AnswerMode } from '../modes.ts'
import { answerPrompt, answerSchema } from '../prompts/answer-prompt.ts'
import type { AnswerQuestion } from '../question.ts'
import type { AnswerRun } from './answer-run.ts'
import { readObject } from './read-object.ts'
import { askedAt } from './retrieve.ts'
import { showMemories, showTime } from './show-memories.ts'

/** The third stage: a model answers each question from what each mode shows it. */
export async function answer(run: AnswerRun): Promise<void> {
  for (const mode of run.modes) {
    let done = 0
    await eachInParallel(run.questions, run.concurrency, async question => {
      await answerQuestion(run, mode, question)
      run.onProgress(`answer ${mode}`, ++done, run.questions.length)
    })
  }
}

/** The answer to a question, if there is one. */
export function answeredFor(
  { files }: AnswerRun,
  mode: AnswerMode,
  { id }: AnswerQuestion,
): Answered | undefined {
  return files.answer.get(keyOf(mode, id))
}

async function answerQuestion(run: AnswerRun, mode: AnswerMode, question: AnswerQuestion): Promise<void> {
  const memories = showMemories(run, mode, question)
  const request = requestFor(run, question, memories)
  const of = run.answerModel.keyOf(request)
  if (answeredFor(run, mode, question)?.of === of) return
  const [given] = await run.answerModel.generate([request])
  if (!given) throw new Error('A model gave no answer.')
  run.files.answer.append({
    key: keyOf(mode, question.id),
    of,
    mode,
    question: question.id,
    ...readAnswer(given),
    contextTokens: countO200k(memories.join('\n')),
  })
}

function requestFor(run: AnswerRun, question: AnswerQuestion, memories: readonly string[]): ModelRequest {
  const at = askedAt(run, question)
  const asked = at === undefined ? null : showTime(Date.parse(at))
  return {
    id: 'answer',
    system: answerPrompt,
    user: JSON.stringify({ question: question.question, asked, memories }),
    name: 'answer',
    schema: answerSchema,
    maxOutputTokens: run.maxOutputTokens,
  }
}

function readAnswer(given: ModelAnswer): Pick<Answered, 'ending' | 'answer' | 'usage'> {
  if ('error' in given) {
    return { ending: 'rejected', answer: given.error.message, usage: { input: 0, output: 0 } }
  }
  const { text, finish, usage } = given
  if (finish === 'refused' || (finish === 'stop' && text.trim() === '')) {
    return { ending: 'refused', answer: text, usage }
  }
  if (finish === 'length') return { ending: 'cut', answer: text, usage }
  const said = readObject(text)?.['answer']
  if (typeof said !== 'string' || said.trim() === '') return { ending: 'unreadable', answer: text, usage }
  return { ending: 'answered', answer: said, usage }
}

function keyOf(mode: AnswerMode, question: string): string {
  return JSON.stringify([mode, question])
}
