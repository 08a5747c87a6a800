import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readData } from './data/read-data.ts'
import { openRunFiles, openTranscript } from './kept/run-files.ts'
import type { RunFiles } from './kept/run-files.ts'
import { SpendingLimit } from './kept/spending-limit.ts'
import { keptModels } from './open-models.ts'
import type { OpenModel } from './open-models.ts'
import type { AnswersCommand } from './parse-answers-command.ts'
import type { AnswerReport, AnswerSettings, StageCost } from './report/answer-report.ts'
import { stageCosts } from './report/costs.ts'
import { makeReport } from './report/make-report.ts'
import { selectQuestions } from './select-questions.ts'
import { answer } from './stages/answer.ts'
import { conversationsOf } from './stages/answer-run.ts'
import type { AnswerRun } from './stages/answer-run.ts'
import { ingest } from './stages/ingest.ts'
import { judge } from './stages/judge.ts'
import { retrieve } from './stages/retrieve.ts'
import { StandInModel } from './stand-in-model.ts'

export type OnProgress = AnswerRun['onProgress']

/**
 * Goes through the four stages in a folder, from where they stopped, and writes `report.json` there. Throws the reason when a
 * model fails or the budget is spent: a `MemoryError`; the same call goes on from there.
 */
export async function runAnswers(
  command: AnswersCommand & { readonly out: string },
  open: OpenModel,
  onProgress: OnProgress = () => {},
): Promise<AnswerReport> {
  const files = await openRunFiles(command.out)
  try {
    const limit = new SpendingLimit(command.budget)
    const report = await goThrough(command, files, open, limit, onProgress)
    await writeFile(join(command.out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    return report
  } finally {
    await files.release()
  }
}

/**
 * What a run would ask, by stage: all stages with a model that is none, in a folder that is removed. What the transcript of the
 * run has is not counted. Embeddings come from words, so that they cost nothing either.
 */
export async function dryRun(
  command: AnswersCommand,
  onProgress: OnProgress = () => {},
): Promise<StageCost[]> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-answers-'))
  const files = await openRunFiles(folder)
  try {
    const transcript = await openTranscript(command.out ?? folder, false)
    const known = new Set(transcript.values().map(({ key }) => key))
    const open: OpenModel = async () => new StandInModel()
    const own = { ...files, transcript }
    await goThrough({ ...command, embedder: 'hash' }, own, open, new SpendingLimit(), onProgress)
    return stageCosts(transcript.values().filter(({ key }) => !known.has(key)))
  } finally {
    await files.release()
    await rm(folder, { recursive: true, force: true })
  }
}

async function goThrough(
  command: AnswersCommand,
  files: RunFiles,
  open: OpenModel,
  limit: SpendingLimit,
  onProgress: OnProgress,
): Promise<AnswerReport> {
  const data = readData(command.data)
  const questions = selectQuestions(data, command)
  const models = await keptModels(command, open, { transcript: files.transcript, limit })
  const { modes, embedder, topK, maxOutputTokens, concurrency } = command
  const run: AnswerRun = {
    questions,
    conversations: conversationsOf(data.turns, questions),
    files,
    modes,
    embedder,
    topK,
    maxOutputTokens,
    concurrency,
    onProgress,
    ...models,
  }
  try {
    await ingest(run)
    await retrieve(run)
    await answer(run)
    await judge(run)
  } catch (error) {
    throw limit.reason ?? error
  } finally {
    await models[Symbol.asyncDispose]()
  }
  return makeReport(run, settingsOf(command, data.format, run))
}

function settingsOf(command: AnswersCommand, format: string, run: AnswerRun): AnswerSettings {
  const { data, answerModel, memoryModel, parameters, embedder, topK, maxOutputTokens } = command
  const judges = run.judges.map(({ name }) => name)
  return { data, format, answerModel, memoryModel, judges, parameters, embedder, topK, maxOutputTokens }
}
