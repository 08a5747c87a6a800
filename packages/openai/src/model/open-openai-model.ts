import { guardModel, opening } from '@agentmem/core/adapter'
import type { LanguageModel } from '@agentmem/core/adapter'
import { readModelOptions } from './model-options.ts'
import type { OpenAIModelOptions } from './model-options.ts'
import { EndpointModel } from './openai-model.ts'

/**
 * Opens a language model on an endpoint of OpenAI's form, `/chat/completions`: OpenAI, Azure, vLLM, Ollama, LM Studio, OpenRouter
 * and the like. Nothing is sent before the first request.
 *
 * Answers are asked for by a strict JSON Schema; an endpoint that refuses it is asked for JSON, and one that refuses that too
 * for text. A refusal and an end at the limit of tokens are told apart, also where an endpoint tells them by a status. Requests are tried again on
 * 408, 409, 429, 5xx, a timeout and network errors; one that failed for good is the error of that request alone.
 *
 * `submit` hands requests in as a batch, at half the price by OpenAI's list, and `collect` has its answers within 24 hours.
 * They need `/files` and `/batches`: an endpoint without them is `UNSUPPORTED`. The files stay with the endpoint until it deletes
 * them.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option. No error message shows a key, a header or a query string.
 */
export async function openOpenAIModel(options: OpenAIModelOptions): Promise<LanguageModel> {
  return opening('openOpenAIModel', async () => guardModel(new EndpointModel(readModelOptions(options))))
}
