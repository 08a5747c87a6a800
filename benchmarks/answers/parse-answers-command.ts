import { embedderOf, embedderSchemes } from '../opening/backends.ts'
import { addresses, flag, names, parseKnown, text, UsageError, whole } from '../run/command-options.ts'
import type { Spending } from './kept/spending-limit.ts'
import { modeNames, modes } from './modes.ts'
import type { AnswerMode } from './modes.ts'
import { judges } from './prompts/judges.ts'

/** A judge: by which instructions, and on which model. */
export interface JudgeChoice {
  readonly prompt: string
  readonly model: string
}

export interface AnswersCommand {
  readonly data: string
  /** Undefined in a dry run that looks at no folder. */
  readonly out: string | undefined
  readonly modes: readonly AnswerMode[]
  readonly embedder: string
  readonly topK: number
  readonly answerModel: string
  readonly memoryModel: string
  readonly judges: readonly JudgeChoice[]
  readonly baseUrl: string | undefined
  readonly judgeBaseUrl: string | undefined
  readonly parameters: Readonly<Record<string, never>>
  readonly maxOutputTokens: number
  readonly concurrency: number
  readonly limit: number
  readonly conversations: number
  readonly budget: Spending
  readonly dryRun: boolean
  readonly offline: boolean
  readonly json: string | undefined
}

const optionTable = {
  data: text,
  out: text,
  modes: text,
  embedder: { ...text, default: 'hash' },
  'top-k': { ...text, default: '20' },
  'answer-model': { ...text, default: 'gpt-5-mini' },
  'memory-model': text,
  'judge-model': text,
  'second-judge-model': text,
  judges: { ...text, default: 'lenient,strict' },
  'base-url': text,
  'judge-base-url': text,
  parameters: text,
  'max-output-tokens': { ...text, default: '4096' },
  concurrency: { ...text, default: '4' },
  limit: text,
  conversations: text,
  'budget-calls': text,
  'budget-tokens': text,
  'dry-run': flag,
  offline: flag,
  json: text,
  help: flag,
} as const

const defaultModes = modeNames.filter(mode => mode !== 'hybrid')

export const usage = `npm run bench:answers -- --data PATH --out FOLDER [options]

Remembers conversations, asks questions about them, lets a model answer from what each mode shows it, and lets two judges say
what is right. A run that was stopped goes on where it was: no answer is paid for twice.

  --data PATH              a folder with memories.jsonl and questions.jsonl, or a JSON file of LoCoMo or LongMemEval
  --out FOLDER             where the run is kept: memories, stages, the transcript and report.json

  --modes A,B              default: ${defaultModes.join(',')}
${modeNames.map(mode => `      ${mode.padEnd(20)} ${modes[mode]}`).join('\n')}
  --embedder NAME          of ${embedderSchemes.join(', ')}, each also with a model   default: hash, which knows words only
  --top-k N                memories that a search returns   default: 20

  --answer-model NAME      default: gpt-5-mini; the name of a snapshot makes a run that can be repeated
  --memory-model NAME      makes the facts of the mode facts   default: the answer model
  --judge-model NAME       the first judge   default: the answer model
  --second-judge-model NAME                  default: the first judge's
  --judges A,B             their instructions, of ${Object.keys(judges).join(', ')}   default: lenient,strict
  --base-url URL           the address before /chat/completions; default $AGENTMEM_MODEL_URL, then OpenAI's
                           its key: AGENTMEM_MODEL_KEY, for OpenAI's own address OPENAI_API_KEY
  --judge-base-url URL     the same for the judges, with AGENTMEM_JUDGE_KEY   default: --base-url and its key
  --parameters JSON        entries of each request, such as '{"temperature":0}'
  --max-output-tokens N    of an answer or a verdict, with what a model thinks   default: 4096
  --concurrency N          requests at a time   default: 4

  --limit N                so many questions, drawn with a fixed seed; a larger number has those of a smaller one
  --conversations N        of the first so many conversations alone
  --budget-calls N         stops before this start has asked more often
  --budget-tokens N        stops before this start may have used more tokens, read and written
  --dry-run                says what the run would ask, and asks no model; with --out, what is left of it
  --offline                asks no model: all answers are in the transcript
  --json FILE              writes the report there as well`

/** Throws `UsageError` for a command line that cannot be followed. Undefined: help is asked for. */
export function parseAnswersCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): AnswersCommand | undefined {
  const { values } = parseKnown(args, optionTable)
  if (values.help) return undefined
  const { data, out, offline, json, 'dry-run': dryRun } = values
  if (data === undefined) throw new UsageError(`--data is needed.\n\n${usage}`)
  if (out === undefined && !dryRun)
    throw new UsageError(`--out is needed: answers are paid for, and kept there.`)
  const [embedder = '', ...others] = addresses('embedder', values.embedder, embedderSchemes)
  if (others.length > 0 || !embedderOf(embedder)) {
    throw new UsageError(
      `--embedder takes one name, with a model where it needs one, not '${values.embedder}'.`,
    )
  }
  const answerModel = values['answer-model']
  return {
    data,
    out,
    modes: names('modes', values.modes, modeNames, defaultModes) as AnswerMode[],
    embedder,
    topK: whole('top-k', values['top-k']),
    answerModel,
    memoryModel: values['memory-model'] ?? answerModel,
    judges: judgesOf(values.judges, values['judge-model'] ?? answerModel, values['second-judge-model']),
    baseUrl: values['base-url'] ?? (env['AGENTMEM_MODEL_URL'] || undefined),
    judgeBaseUrl: values['judge-base-url'],
    parameters: parametersOf(values.parameters),
    maxOutputTokens: whole('max-output-tokens', values['max-output-tokens']),
    concurrency: whole('concurrency', values.concurrency),
    limit: bound('limit', values.limit),
    conversations: bound('conversations', values.conversations),
    budget: {
      calls: bound('budget-calls', values['budget-calls']),
      tokens: bound('budget-tokens', values['budget-tokens']),
    },
    dryRun,
    offline,
    json,
  }
}

/** Undefined: no bound. */
function bound(option: string, given: string | undefined): number {
  return given === undefined ? Infinity : whole(option, given)
}

function judgesOf(prompts: string, model: string, second: string | undefined): JudgeChoice[] {
  const list = prompts.split(',').map(name => name.trim())
  for (const name of list) names('judges', name, Object.keys(judges), [])
  if (list.length > 2) throw new UsageError(`--judges takes one or two, not '${prompts}'.`)
  const chosen = list.map((prompt, i) => ({ prompt, model: i === 0 ? model : (second ?? model) }))
  const [one, other] = chosen
  if (one && other && one.prompt === other.prompt && one.model === other.model) {
    throw new UsageError(
      `--judges ${prompts} on ${model} are one judge: give other instructions, or another --second-judge-model.`,
    )
  }
  return chosen
}

function parametersOf(given: string | undefined): AnswersCommand['parameters'] {
  if (given === undefined) return {}
  try {
    const value = JSON.parse(given) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as AnswersCommand['parameters']
    }
  } catch {
    // Told below.
  }
  throw new UsageError(`--parameters takes a JSON object such as '{"temperature":0}', not '${given}'.`)
}
