import { embedderCases, registerCases } from '@agentmem/conformance'
import { openOpenAIEmbedder } from '@agentmem/openai'
import { describe, it } from 'vitest'
import { dimensions, startServer } from './embeddings-server.ts'

registerCases(describe, it, embedderCases, async () => {
  const server = await startServer()
  const part = await openOpenAIEmbedder({
    model: 'hash',
    dimensions,
    baseUrl: server.baseUrl,
    maxTokens: 8192,
    truncate: true,
    maxTextsPerRequest: 64,
    maxRetries: 0,
  })
  return {
    part,
    breakBackend: () => server.close(),
    async teardown() {
      await part.close()
      await server.close()
    },
  }
})
