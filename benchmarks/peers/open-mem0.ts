import './no-telemetry.ts'

import { join } from 'node:path'

import { Memory } from 'mem0ai/oss'

import { SharedEmbeddings } from './langchain-embeddings.ts'
import type { SharedEmbedder } from './peer.ts'

/** mem0 as its documentation opens it, on files in the folder; its model is at the address, and is never asked without one. */
export function openMem0(folder: string, embedder: SharedEmbedder, baseURL?: string): Memory {
  const collection = {
    collectionName: 'memories',
    dimension: embedder.dimensions,
    dbPath: join(folder, 'vectors.db'),
  }
  return new Memory({
    embedder: { provider: 'langchain', config: { model: new SharedEmbeddings(embedder) } },
    vectorStore: { provider: 'memory', config: collection },
    llm: { provider: 'openai', config: { apiKey: 'none', model: 'scripted', baseURL } },
    historyDbPath: join(folder, 'history.db'),
  })
}
