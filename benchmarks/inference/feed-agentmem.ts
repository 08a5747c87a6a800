import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openModelExtractor } from '@agentmem/infer'
import { openOpenAIModel } from '@agentmem/openai'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'

import type { Feed } from './fed.ts'

const scope = { userId: 'ana' }

export const feedAgentmem: Feed = async (baseUrl, messages, folder) => {
  const embedder = new HashEmbedder()
  const model = await openOpenAIModel({
    model: 'scripted',
    baseUrl,
    apiKey: 'none',
    maxRetries: 2,
    retryDelayMs: 1,
  })
  const memory = await Memory.open({
    store: await openSqliteStore({ path: join(folder, 'm.db') }),
    index: await openSqliteVecIndex({ path: join(folder, 'v.db'), dimensions: embedder.dimensions }),
    embedder,
    extractor: openModelExtractor({ model }),
  })
  const inputs = messages.map(content => ({ role: 'user', content }))
  const { results, failed } = await memory.add(inputs, { ...scope, infer: true })
  let kept = 0
  for (const message of messages) {
    const found = await memory.search(message, { ...scope, topK: 5 })
    if (found.results.some(({ memory: text }) => text.includes(message))) kept++
  }
  await memory.close()
  const codes = [...new Set(failed.map(({ error }) => (error as { code?: string }).code))].join(', ')
  return { told: `${results.length} facts, ${failed.length} failed${codes && ` (${codes})`}`, kept }
}
