import { MemoryVectorStore } from '@langchain/classic/vectorstores/memory'
import { LibSQLVectorStore } from '@langchain/community/vectorstores/libsql'
import { PGVectorStore } from '@langchain/community/vectorstores/pgvector'
import type { VectorStore } from '@langchain/core/vectorstores'
import { createClient } from '@libsql/client'

import { SharedEmbeddings } from './langchain-embeddings.ts'
import { synced } from '../measured/peer-names.ts'
import { likes } from './peer.ts'
import type { OpenPeer, PeerPlace, PeerUse, SharedEmbedder } from './peer.ts'

const metadata = { userId: 'user' }

function opened(store: VectorStore, kind: PeerUse['kind'], close: () => Promise<void>): OpenPeer {
  const addAll = async (texts: readonly string[]): Promise<void> => {
    await store.addDocuments(texts.map(pageContent => ({ pageContent, metadata })))
  }
  return {
    add: async texts => {
      if (kind === 'batch') return addAll(texts)
      for (const text of texts) await addAll([text])
    },
    search: async (text, topK) =>
      (await store.similaritySearch(text, topK)).map(({ pageContent }) => pageContent),
    close,
  }
}

const inMemory =
  (kind: PeerUse['kind']) =>
  async (_place: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> =>
    opened(new MemoryVectorStore(new SharedEmbeddings(embedder)), kind, async () => undefined)

const libsql =
  (kind: PeerUse['kind']) =>
  async ({ folder }: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const db = createClient({ url: `file:${folder}/vectors.db` })
    // As its documentation has it.
    await db.batch(
      [
        `CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT, metadata TEXT,
          embedding F32_BLOB(${embedder.dimensions}))`,
        'CREATE INDEX IF NOT EXISTS idx_vectors_embedding ON vectors (libsql_vector_idx(embedding))',
      ],
      'write',
    )
    const store = new LibSQLVectorStore(new SharedEmbeddings(embedder), { db })
    return opened(store, kind, async () => db.close())
  }

const postgres =
  (kind: PeerUse['kind']) =>
  async ({ postgresUrl = '' }: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const store = await PGVectorStore.initialize(new SharedEmbeddings(embedder), {
      postgresConnectionOptions: { connectionString: postgresUrl },
      tableName: 'memories',
      distanceStrategy: 'cosine',
    })
    return opened(store, kind, () => store.end())
  }

const stores = [
  {
    peer: 'LangChain MemoryVectorStore',
    package: '@langchain/classic',
    durability: synced.none,
    like: likes.memory,
    openAs: inMemory,
  },
  {
    peer: 'LangChain LibSQLVectorStore',
    package: '@langchain/community',
    durability: synced.sqlite,
    like: likes.libsql,
    openAs: libsql,
  },
  {
    peer: 'LangChain PGVectorStore',
    package: '@langchain/community',
    needsPostgres: true,
    openAs: postgres,
  },
] as const

export const langchain: readonly PeerUse[] = stores.flatMap(({ openAs, ...store }): PeerUse[] => [
  { ...store, use: 'addDocuments([one]) in a loop', kind: 'single', open: openAs('single') },
  { ...store, use: 'addDocuments([all])', kind: 'batch', open: openAs('batch') },
])
