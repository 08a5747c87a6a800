import { openingCases, registerCases } from '@agentmem/conformance'
import { openRedisEmbeddingCache } from '@agentmem/redis'
import { describe, it } from 'vitest'

registerCases(describe, it, openingCases, async () => {
  const options = { url: 'redis://127.0.0.1:1' }
  return { part: { open: openRedisEmbeddingCache, options }, teardown: async () => undefined }
})
