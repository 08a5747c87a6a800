import { openingCases, registerCases } from '@agentmem/conformance'
import { openHttpReranker, openOpenAIEmbedder, openOpenAIModel } from '@agentmem/openai'
import { describe, it } from 'vitest'

const openings = [
  { open: openOpenAIModel, options: { model: 'm', baseUrl: 'http://127.0.0.1:1/v1' } },
  { open: openOpenAIEmbedder, options: { model: 'm', dimensions: 8, baseUrl: 'http://127.0.0.1:1/v1' } },
  { open: openHttpReranker, options: { model: 'm', url: 'http://127.0.0.1:1/rerank' } },
]

describe.each(openings)('$open.name', part => {
  registerCases(describe, it, openingCases, async () => ({ part, teardown: async () => undefined }))
})
