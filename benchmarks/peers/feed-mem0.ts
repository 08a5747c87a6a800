import { join } from 'node:path'

import { HashEmbedder } from '@agentmem/core'
import { Memory } from 'mem0ai/oss'

import type { Feed } from '../inference/fed.ts'
import { SharedEmbeddings } from './langchain-embeddings.ts'

/** mem0 as its documentation opens it, with the model at the address. */
export const feed: Feed = async ({ baseUrl, messages, folder, isFull = false }) => {
  const embedder = new HashEmbedder()
  const memory = new Memory({
    embedder: { provider: 'langchain', config: { model: new SharedEmbeddings(embedder) } },
    vectorStore: {
      provider: 'memory',
      config: {
        collectionName: 'memories',
        dimension: embedder.dimensions,
        dbPath: join(folder, 'vectors.db'),
      },
    },
    llm: { provider: 'openai', config: { apiKey: 'none', model: 'scripted', baseURL: baseUrl } },
    historyDbPath: join(folder, 'history.db'),
  })
  if (isFull) {
    const insert = async (): Promise<never> => {
      throw new Error('disk full')
    }
    // Its stores are opened by the first call.
    await memory.getAll({ filters: { user_id: 'ana' } })
    Object.assign(Reflect.get(memory, 'vectorStore') as object, { insert })
  }
  const told = await memory
    .add(
      messages.map(content => ({ role: 'user', content })),
      { userId: 'ana' },
    )
    .then(
      ({ results }) => `${results.length} facts, no failure`,
      (error: Error) => `throws ${error.message.slice(0, 60)}`,
    )
  let kept = 0
  for (const message of messages) {
    const { results } = await memory.search(message, { filters: { user_id: 'ana' }, topK: 5 })
    if (results.some(({ memory: text }) => text?.includes(message))) kept++
  }
  return { told, kept }
}
