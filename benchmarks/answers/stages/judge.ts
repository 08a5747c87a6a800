import type { ModelAnswer, ModelRequest } from '@agentmem/core/adapter'

import { eachInParallel } from '../kept/each-in-parallel.ts'
import type { Judged, Verdict } from '../kept/run-files.ts'
import type { AnswerMode } from '../modes.ts'
import { verdictSchema } from '../prompts/judge-prompt.ts'
import type { AnswerQuestion } from '../question.ts'
import { answeredFor } from './answer.ts'
import type { AnswerRun, JudgeModel } from './answer-run.ts'
import { readObject } from './read-object.ts'

/**
 * The fourth stage: each judge says of each answer whether it is right. Judges are not told which mode an answer is of. What is
 * no answer goes to no judge. A verdict that cannot be read is asked for once more, with the reason.
 */
export async function judge(run: AnswerRun): Promise<void> {
  for (const one of run.judges) {
    for (const mode of run.modes) {
      let done = 0
      await eachInParallel(run.questions, run.concurrency, async question => {
        await judgeAnswer(run, one, mode, question)
        run.onProgress(`judge ${one.name}, ${mode}`, ++done, run.questions.length)
      })
    }
  }
}

/** What a judge said of an answer; undefined where there was none to judge. */
export function judgedFor(
  { files }: AnswerRun,
  { name }: JudgeModel,
  mode: AnswerMode,
  { id }: AnswerQuestion,
): Judged | undefined {
  return files.judge.get(keyOf(name, mode, id))
}

async function judgeAnswer(
  run: AnswerRun,
  judge: JudgeModel,
  mode: AnswerMode,
  question: AnswerQuestion,
): Promise<void> {
  const answered = answeredFor(run, mode, question)
  if (answered?.ending !== 'answered') return
  const request = requestFor(run, judge, question, answered.answer)
  const of = judge.model.keyOf(request)
  if (judgedFor(run, judge, mode, question)?.of === of) return
  const first = await ask(judge, request)
  const read = 'fault' in first ? await ask(judge, askedAgain(request, first.fault)) : first
  run.files.judge.append({
    key: keyOf(judge.name, mode, question.id),
    of,
    judge: judge.name,
    mode,
    question: question.id,
    ...('fault' in read ? { verdict: 'none', reason: read.fault } : read),
  })
}

function requestFor(
  { maxOutputTokens }: AnswerRun,
  { system }: JudgeModel,
  { question, expects, answer: right }: AnswerQuestion,
  answer: string,
): ModelRequest {
  const user = JSON.stringify({ question, expects, right: expects === 'unknown' ? null : right, answer })
  return { id: 'judge', system, user, name: 'verdict', schema: verdictSchema, maxOutputTokens }
}

function askedAgain(request: ModelRequest, fault: string): ModelRequest {
  return { ...request, system: `${request.system}\n\nYou were asked before, and ${fault}.` }
}

type Reading = { readonly verdict: Verdict; readonly reason: string } | { readonly fault: string }

async function ask({ model }: JudgeModel, request: ModelRequest): Promise<Reading> {
  const [given] = await model.generate([request])
  if (!given) throw new Error('A model gave no verdict.')
  return readVerdict(given)
}

function readVerdict(given: ModelAnswer): Reading {
  if ('error' in given) return { fault: `the request was not taken: ${given.error.message}` }
  const { text, finish } = given
  if (finish === 'refused') return { fault: 'you refused to judge' }
  if (finish === 'length') return { fault: 'your answer was cut off: it was too long' }
  const { verdict, reason } = readObject(text) ?? {}
  if (verdict !== 'correct' && verdict !== 'wrong') {
    return { fault: 'your answer was no JSON object with a verdict of "correct" or "wrong"' }
  }
  return { verdict, reason: typeof reason === 'string' ? reason : '' }
}

function keyOf(judge: string, mode: AnswerMode, question: string): string {
  return JSON.stringify([judge, mode, question])
}
