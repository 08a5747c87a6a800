import { MemoryError } from '@agentmem/core'
import type { Memory } from '@agentmem/core'
import { show } from '@agentmem/core/adapter'
import type { AiSdkLanguageModel, CallParams } from './language-model.ts'
import { memoryMiddleware } from './memory-middleware.ts'
import type { MemoryMiddlewareOptions } from './memory-middleware.ts'

/** What the AI SDK knows of a language model. */
export type LanguageModelOf<Model extends AiSdkLanguageModel> = Pick<Model, keyof AiSdkLanguageModel>

/**
 * The same model with a memory: it recalls before an answer, and stores what the user said after it (`store`: 'user' by
 * default). Models of ai 5, 6 and 7 are wrapped as they are.
 *
 * @example
 * const model = withMemory(openai('gpt-5'), memory.scope({ userId: 'ana' }))
 */
export function withMemory<Model extends AiSdkLanguageModel>(
  model: Model,
  memory: Memory,
  options: MemoryMiddlewareOptions = {},
): LanguageModelOf<Model> {
  if (typeof model !== 'object' || typeof model.doGenerate !== 'function') {
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `withMemory needs a model object, such as openai('gpt-5') or gateway('openai/gpt-5'), not ${show(model)}.`,
    )
  }
  const middleware = memoryMiddleware(memory, { store: 'user', ...options })
  const doGenerate: Model['doGenerate'] = async (given: CallParams) => {
    const params = await middleware.transformParams({ params: given })
    return middleware.wrapGenerate({ params, doGenerate: () => model.doGenerate(params) })
  }
  const doStream: Model['doStream'] = async (given: CallParams) => {
    const params = await middleware.transformParams({ params: given })
    return middleware.wrapStream({ params, doStream: () => model.doStream(params) })
  }
  const { specificationVersion, provider, modelId } = model
  return {
    specificationVersion,
    provider,
    modelId,
    get supportedUrls() {
      return model.supportedUrls
    },
    doGenerate,
    doStream,
  }
}
