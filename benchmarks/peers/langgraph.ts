import { InMemoryStore } from '@langchain/langgraph-checkpoint'
import type { BaseStore } from '@langchain/langgraph-checkpoint'
import { PostgresStore } from '@langchain/langgraph-checkpoint-postgres/store'

import { SharedEmbeddings } from './langchain-embeddings.ts'
import { synced } from '../measured/peer-names.ts'
import { likes } from './peer.ts'
import type { OpenPeer, PeerPlace, PeerUse, SharedEmbedder } from './peer.ts'

const namespace = ['user', 'memories']
let nextKey = 0

const storePut = async (store: BaseStore, texts: readonly string[]): Promise<void> => {
  for (const content of texts) await store.put(namespace, String(nextKey++), { content })
}
const storeBatch = async (store: BaseStore, texts: readonly string[]): Promise<void> => {
  await store.batch(texts.map(content => ({ namespace, key: String(nextKey++), value: { content } })))
}

function opened(store: BaseStore, add: typeof storePut, close: () => Promise<void>): OpenPeer {
  return {
    add: texts => add(store, texts),
    search: async (text, topK) => {
      const items = await store.search(namespace, { query: text, limit: topK })
      return items.map(({ value }) => value['content'] as string)
    },
    close,
  }
}

const inMemory =
  (add: typeof storePut) =>
  async (_place: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const index = {
      dims: embedder.dimensions,
      embeddings: new SharedEmbeddings(embedder),
      fields: ['content'],
    }
    return opened(new InMemoryStore({ index }), add, async () => undefined)
  }

const postgres =
  (add: typeof storePut) =>
  async ({ postgresUrl = '' }: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const store = new PostgresStore({
      connectionOptions: postgresUrl,
      index: { dims: embedder.dimensions, embed: new SharedEmbeddings(embedder), fields: ['content'] },
    })
    await store.setup()
    return opened(store, add, () => store.stop())
  }

const memoryStore = {
  peer: 'LangGraph InMemoryStore',
  package: '@langchain/langgraph-checkpoint',
  durability: synced.none,
  like: likes.memory,
}
const postgresStore = {
  peer: 'LangGraph PostgresStore',
  package: '@langchain/langgraph-checkpoint-postgres',
  needsPostgres: true,
}

export const langgraph: readonly PeerUse[] = [
  { ...memoryStore, use: 'put() in a loop', kind: 'single', open: inMemory(storePut) },
  { ...memoryStore, use: 'batch([puts])', kind: 'batch', open: inMemory(storeBatch) },
  { ...postgresStore, use: 'put() in a loop', kind: 'single', open: postgres(storePut) },
  { ...postgresStore, use: 'batch([puts])', kind: 'batch', open: postgres(storeBatch) },
]
