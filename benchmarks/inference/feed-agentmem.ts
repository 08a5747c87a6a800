import { join } from 'node:path'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import { openModelExtractor } from '@agentmem/infer'
import { openOpenAIModel } from '@agentmem/openai'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'

import type { Feed } from './fed.ts'

const scope = { userId: 'ana' }

/** A Store with room for messages and none for the facts of them. */
function withoutRoom(store: Store): Store {
  const commit: Store['commit'] = async (change, options) => {
    if (change.done && change.puts?.length) throw new Error('disk full')
    return store.commit(change, options)
  }
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = name === 'commit' ? commit : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

export const feedAgentmem: Feed = async ({ baseUrl, messages, folder, isFull = false }) => {
  const embedder = new HashEmbedder()
  const model = await openOpenAIModel({
    model: 'scripted',
    baseUrl,
    apiKey: 'none',
    maxRetries: 2,
    retryDelayMs: 1,
  })
  const store = await openSqliteStore({ path: join(folder, 'm.db') })
  const memory = await Memory.open({
    store: isFull ? withoutRoom(store) : store,
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
