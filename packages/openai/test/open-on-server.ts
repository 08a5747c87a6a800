import { openOpenAIEmbedder } from '@agentmem/openai'
import type { OpenAIEmbedder, OpenAIEmbedderOptions } from '@agentmem/openai'
import { dimensions, startServer } from './embeddings-server.ts'
import type { EmbeddingsBehaviour, EmbeddingsServer } from './embeddings-server.ts'

export interface OpenedOnServer extends AsyncDisposable {
  readonly server: EmbeddingsServer
  readonly embedder: OpenAIEmbedder
}

/** An embedder on a server of its own, with waits of at most a millisecond. */
export async function openOnServer(
  behave?: EmbeddingsBehaviour,
  options: Partial<OpenAIEmbedderOptions> = {},
): Promise<OpenedOnServer> {
  const server = await startServer(behave)
  const embedder = await openOpenAIEmbedder({
    model: 'hash',
    dimensions,
    baseUrl: server.baseUrl,
    retryDelayMs: 1,
    ...options,
  })
  return {
    server,
    embedder,
    async [Symbol.asyncDispose]() {
      await server.close()
      await embedder.close()
    },
  }
}
