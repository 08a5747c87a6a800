import { LibSQLVector } from '@mastra/libsql'
import { PgVector } from '@mastra/pg'

import { synced } from '../measured/peer-names.ts'
import { likes } from './peer.ts'
import type { OpenPeer, PeerPlace, PeerUse, SharedEmbedder } from './peer.ts'

const indexName = 'memories'

async function opened(
  store: LibSQLVector | PgVector,
  kind: PeerUse['kind'],
  embedder: SharedEmbedder,
  close: () => Promise<void>,
): Promise<OpenPeer> {
  await store.createIndex({ indexName, dimension: embedder.dimensions, metric: 'cosine' })
  const addAll = async (texts: readonly string[]): Promise<void> => {
    const vectors = await embedder.embed(texts)
    await store.upsert({
      indexName,
      vectors,
      metadata: texts.map(text => ({ text, userId: 'user' })),
    })
  }
  return {
    add: async texts => {
      if (kind === 'batch') return addAll(texts)
      for (const text of texts) await addAll([text])
    },
    search: async (text, topK) => {
      const [queryVector = []] = await embedder.embed([text])
      const found = await store.query({ indexName, queryVector, topK })
      return found.map(({ metadata }) => metadata?.['text'] as string)
    },
    close,
  }
}

const libsql =
  (kind: PeerUse['kind']) =>
  async ({ folder }: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const store = new LibSQLVector({ id: 'memories', url: `file:${folder}/vectors.db` })
    return opened(store, kind, embedder, () => store.close())
  }

const postgres =
  (kind: PeerUse['kind']) =>
  async ({ postgresUrl = '' }: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const store = new PgVector({ id: 'memories', connectionString: postgresUrl })
    return opened(store, kind, embedder, () => store.disconnect())
  }

const stores = [
  {
    peer: 'Mastra LibSQLVector',
    package: '@mastra/libsql',
    durability: synced.sqlite,
    like: likes.libsql,
    openAs: libsql,
  },
  {
    peer: 'Mastra PgVector',
    package: '@mastra/pg',
    needsPostgres: true,
    openAs: postgres,
  },
] as const

export const mastra: readonly PeerUse[] = stores.flatMap(({ openAs, ...store }): PeerUse[] => [
  { ...store, use: 'upsert({ vectors: [one] }) in a loop', kind: 'single', open: openAs('single') },
  { ...store, use: 'upsert({ vectors })', kind: 'batch', open: openAs('batch') },
])
