import {
  estimateTokens,
  guardModel,
  oneOf,
  optional,
  part,
  readOptions,
  throwIfAborted,
  whole,
} from '@agentmem/core/adapter'
import type {
  CallOptions,
  LanguageModel,
  ModelAnswer,
  ModelRequest,
  ModelUsage,
} from '@agentmem/core/adapter'
import { textsOf } from './language-model.ts'
import type { AiSdkLanguageModel, GenerateResult } from './language-model.ts'
import { providerError } from './provider-error.ts'

export interface FromAiSdkOptions {
  /** Whether answers have the form of a schema: 'strict' where the provider enforces it. Default 'hint'. */
  readonly schema?: 'strict' | 'hint' | 'none' | undefined
  /** Tokens of a request and its answer together. Default: not known. */
  readonly contextTokens?: number | undefined
  readonly maxOutputTokens?: number | undefined
  /** Requests at a time, 1 to 1,000, default 4. */
  readonly concurrency?: number | undefined
}

const models = part<AiSdkLanguageModel>("a language model, such as openai('gpt-5')", ['doGenerate'])
const optionTable = {
  model: models,
  schema: oneOf(['strict', 'hint', 'none'], 'hint'),
  contextTokens: optional(whole(1, 1e9)),
  maxOutputTokens: optional(whole(1, 1e9)),
  concurrency: whole(1, 1_000, 4),
}

/**
 * A language model of the AI SDK as one that answers with JSON. Nothing is tried again here: an error that may pass is
 * `UNAVAILABLE`. Tokens are estimated before a request, and counted by the provider after it.
 *
 * @example
 * const model = fromAiSdk(openai('gpt-5'), { schema: 'strict' })
 */
export function fromAiSdk(model: AiSdkLanguageModel, options: FromAiSdkOptions = {}): LanguageModel {
  const read = readOptions('fromAiSdk', { model, ...options }, optionTable)
  const { schema, contextTokens, maxOutputTokens, concurrency } = read
  const counters = { requests: 0, retries: 0, input: 0, output: 0 }

  const answer = async (request: ModelRequest, signal: AbortSignal | undefined): Promise<ModelAnswer> => {
    counters.requests++
    try {
      const result = await model.doGenerate({
        prompt: [
          { role: 'system', content: request.system },
          { role: 'user', content: [{ type: 'text', text: request.user }] },
        ],
        maxOutputTokens: request.maxOutputTokens,
        ...(schema !== 'none' && {
          responseFormat: { type: 'json', schema: request.schema, name: request.name },
        }),
        ...(signal && { abortSignal: signal }),
      })
      const usage = usageOf(result)
      counters.input += usage.input
      counters.output += usage.output
      return { text: textsOf(result.content).join(''), finish: finishOf(result), usage }
    } catch (error) {
      throwIfAborted(signal)
      return { error: providerError(error, model) }
    }
  }
  const generate = async (
    requests: readonly ModelRequest[],
    { signal }: CallOptions = {},
  ): Promise<ModelAnswer[]> => {
    const answers: ModelAnswer[] = []
    const waiting = requests.entries()
    const worker = async (): Promise<void> => {
      for (const [i, request] of waiting) answers[i] = await answer(request, signal)
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    return answers
  }
  const close = async (): Promise<void> => undefined
  return guardModel({
    model: `${model.provider}/${model.modelId}`,
    contextTokens,
    maxOutputTokens,
    supports: Object.freeze({ schema, deferred: false }),
    counters,
    countTokens: estimateTokens,
    generate,
    close,
    [Symbol.asyncDispose]: close,
  })
}

/** Ai 5 gives a word, ai 6 and 7 an object with it. */
function finishOf({ finishReason }: GenerateResult): 'stop' | 'length' | 'refused' | 'other' {
  const { unified: reason = finishReason } = Object(finishReason) as { readonly unified?: unknown }
  if (reason === 'content-filter') return 'refused'
  return reason === 'stop' || reason === 'length' ? reason : 'other'
}

/** Ai 5 gives numbers, ai 6 and 7 objects with a total. */
function usageOf({ usage }: GenerateResult): ModelUsage {
  const { inputTokens, outputTokens, cachedInputTokens } = Object(usage) as Readonly<Record<string, unknown>>
  const total = (tokens: unknown): number =>
    Number((Object(tokens) as { total?: unknown }).total ?? tokens ?? 0) || 0
  const { cacheRead = cachedInputTokens } = Object(inputTokens) as { readonly cacheRead?: unknown }
  return {
    input: total(inputTokens),
    output: total(outputTokens),
    cached: typeof cacheRead === 'number' ? cacheRead : undefined,
  }
}
