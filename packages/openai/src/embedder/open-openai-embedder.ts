import { guardEmbedder, opening } from '@agentmem/core/adapter'
import { HttpEmbedder } from './openai-embedder.ts'
import type { OpenAIEmbedder } from './openai-embedder.ts'
import { readOpenAIOptions } from './openai-options.ts'
import type { OpenAIEmbedderOptions } from './openai-options.ts'

/**
 * Opens an embedder on an OpenAI-compatible `/embeddings` endpoint. Nothing is sent before the first text.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option. `embed` throws `INVALID_ARGUMENT` for a text that is too long or that
 * the endpoint refuses, naming its index; `UNAVAILABLE` or `TIMEOUT` when the retries are used up; `BACKEND` for
 * a key that is not accepted and for an answer that does not fit. It gives all vectors or none.
 */
export async function openOpenAIEmbedder(options: OpenAIEmbedderOptions): Promise<OpenAIEmbedder> {
  return opening('openOpenAIEmbedder', async () => {
    const embedder = new HttpEmbedder(readOpenAIOptions(options))
    return Object.assign(guardEmbedder(embedder), { stats: () => embedder.stats() })
  })
}
