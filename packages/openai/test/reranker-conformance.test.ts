import { registerCases, rerankerCases } from '@agentmem/conformance'
import { describe, it } from 'vitest'
import { openOnRerankServer, behaveWell, rankedOf } from './rerank-server.ts'

describe.each([
  ['documents', behaveWell],
  ['texts', ({ body }: Parameters<typeof behaveWell>[0]) => ({ body: rankedOf(body) })],
] as const)('a service that is sent %s', (shape, behave) => {
  registerCases(describe, it, rerankerCases, async () => {
    const { server, reranker: part } = await openOnRerankServer(behave, { shape, maxRetries: 0 })
    return {
      part,
      breakBackend: () => server.close(),
      async teardown() {
        await part.close()
        await server.close()
      },
    }
  })
})
