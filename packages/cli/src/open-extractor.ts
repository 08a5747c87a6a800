import { MemoryError, RuleExtractor } from '@agentmem/core'
import type { Extractor } from '@agentmem/core/adapter'
import type { Arguments, OptionTable } from './parse-arguments.ts'
import { usageError } from './usage-error.ts'

/** The options of commands that make facts of messages. */
export const extractorOptions: OptionTable = {
  extractor: {
    value: 'NAME',
    about: 'openai:MODEL, or rules: sentences as they are, no model; default $AGENTMEM_EXTRACTOR',
  },
  'model-url': {
    value: 'URL',
    about: "the address before /chat/completions; default $AGENTMEM_MODEL_URL, then OpenAI's",
  },
}

/** What their help says of them. */
export const extractorDetails: readonly string[] = [
  'openai:MODEL is a model of OpenAI, with the key in OPENAI_API_KEY, or with --model-url of any endpoint that',
  'speaks its /chat/completions, with the key in AGENTMEM_MODEL_KEY: vLLM, Ollama, LM Studio, OpenRouter.',
]

/** A model on a small machine takes minutes for a window of 100 messages. */
const timeoutMs = 300_000

/** The extractor that the options name, or else the environment. Undefined where neither does. */
export async function extractorFrom(args: Arguments): Promise<Extractor | undefined> {
  const { env } = process
  const named = args.text('extractor') ?? (env['AGENTMEM_EXTRACTOR'] || undefined)
  const given = args.text('model-url')
  if (named === undefined) {
    if (given !== undefined) throw usageError('--model-url goes with --extractor openai:MODEL.')
    return undefined
  }
  if (named === 'rules') return new RuleExtractor()
  const model = /^openai:(.+)$/s.exec(named)?.[1]
  if (model === undefined) throw usageError(`--extractor takes openai:MODEL or rules, not '${named}'.`)
  const baseUrl = given ?? (env['AGENTMEM_MODEL_URL'] || undefined)
  const apiKey = baseUrl === undefined ? undefined : env['AGENTMEM_MODEL_KEY'] || undefined
  // Only these commands need them: the others start without.
  const [{ openModelExtractor }, { openOpenAIModel }] = await Promise.all([
    import('@agentmem/infer'),
    import('@agentmem/openai'),
  ])
  const options = { model, baseUrl, apiKey, timeoutMs }
  return openModelExtractor({ model: await openOpenAIModel(options).catch(explained) })
}

/** The same for a command that cannot do without one. */
export async function requireExtractor(args: Arguments, command: string): Promise<Extractor> {
  const extractor = await extractorFrom(args)
  if (extractor) return extractor
  throw usageError(
    `${command} needs --extractor, to say what makes facts of messages: openai:MODEL, or rules, which asks no model.`,
  )
}

/** An error of the package names its options; a user of the command knows those of the command. */
function explained(error: unknown): never {
  if (!MemoryError.is(error) || error.code !== 'INVALID_ARGUMENT') throw error
  throw usageError(
    `The model cannot be opened with --extractor, --model-url and the keys of the environment: ${error.message}`,
    error,
  )
}
