import { MemoryError } from '@agentmem/core'
import type { LanguageModel } from '@agentmem/core/adapter'
import { openOpenAIModel } from '@agentmem/openai'

import { countO200k as countTokens } from '../inference/count-o200k.ts'
import { UsageError } from '../run/command-options.ts'
import { KeptModel } from './kept/kept-model.ts'
import type { KeptModelOptions } from './kept/kept-model.ts'
import type { AnswersCommand } from './parse-answers-command.ts'
import { judges } from './prompts/judges.ts'
import type { AnswerRun } from './stages/answer-run.ts'

/** A model of a run, and which of the two addresses it has. */
export interface ModelChoice {
  readonly model: string
  readonly at: 'base' | 'judge'
}

/** Opens a model; undefined where none is to be asked. */
export type OpenModel = (choice: ModelChoice) => Promise<LanguageModel | undefined>

/** A model on a small machine takes minutes for a whole conversation. */
const timeoutMs = 300_000

/** Opens models on the endpoints that a command names. */
export function openEndpoints(
  { baseUrl, judgeBaseUrl, parameters, concurrency }: AnswersCommand,
  env: Readonly<Record<string, string | undefined>> = process.env,
): OpenModel {
  return async ({ model, at }) => {
    const own = at === 'judge'
    const url = own ? judgeBaseUrl : baseUrl
    const apiKey = url === undefined ? undefined : env[own ? 'AGENTMEM_JUDGE_KEY' : 'AGENTMEM_MODEL_KEY']
    const options = {
      model,
      baseUrl: url,
      apiKey: apiKey || undefined,
      parameters,
      concurrency,
      timeoutMs,
      countTokens,
    }
    return openOpenAIModel(options).catch(explained)
  }
}

/** The models of a run, all behind one transcript and one limit. */
export async function keptModels(
  { answerModel, memoryModel, judges: chosen, parameters, judgeBaseUrl }: AnswersCommand,
  open: OpenModel,
  { transcript, limit }: Pick<KeptModelOptions, 'transcript' | 'limit'>,
): Promise<Pick<AnswerRun, 'answerModel' | 'memoryModel' | 'judges'> & AsyncDisposable> {
  const opened = new Map<string, LanguageModel | undefined>()
  const kept = async (stage: string, choice: ModelChoice): Promise<KeptModel> => {
    const name = JSON.stringify(choice)
    if (!opened.has(name)) opened.set(name, await open(choice))
    const inner = opened.get(name)
    return new KeptModel({ stage, model: choice.model, parameters, inner, transcript, limit, countTokens })
  }
  return {
    memoryModel: await kept('ingest', { model: memoryModel, at: 'base' }),
    answerModel: await kept('answer', { model: answerModel, at: 'base' }),
    judges: await Promise.all(
      chosen.map(async ({ prompt, model }) => ({
        name: `${prompt} ${model}`,
        system: judges[prompt] ?? '',
        model: await kept('judge', { model, at: judgeBaseUrl === undefined ? 'base' : 'judge' }),
      })),
    ),
    async [Symbol.asyncDispose]() {
      for (const model of opened.values()) await model?.close()
    },
  }
}

/** An error of the package names its options; a user of the command knows those of the command. */
function explained(error: unknown): never {
  if (!MemoryError.is(error) || error.code !== 'INVALID_ARGUMENT') throw error
  throw new UsageError(
    `The model cannot be opened with --base-url, --parameters and the keys of the environment: ${error.message}`,
    { cause: error },
  )
}
