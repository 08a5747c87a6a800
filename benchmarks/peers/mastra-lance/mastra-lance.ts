import { LanceVectorStore } from '@mastra/lance'

import { likes } from '../peer.ts'
import type { PeerUse } from '../peer.ts'

/** Its upsert puts a new table in the place of the old one: nothing but the last batch is there afterwards. */
export const mastraLance: readonly PeerUse[] = [
  {
    peer: 'Mastra LanceVectorStore',
    package: '@mastra/lance',
    use: 'upsert({ vectors }), which replaces the table',
    kind: 'batch',
    durability: 'a table on disk, as LanceDB writes it',
    like: likes.lance,
    startsEmpty: true,
    open: async ({ folder }, embedder) => {
      const store = await LanceVectorStore.create(`${folder}/lance`)
      const tableName = 'memories'
      // Its upsert wants a table that is there.
      const [vector = []] = await embedder.embed(['first'])
      await store.createTable(tableName, [
        { id: 'first', vector, metadata_text: 'first', metadata_userId: 'user' },
      ])
      return {
        add: async texts => {
          const vectors = await embedder.embed(texts)
          const metadata = texts.map(text => ({ text, userId: 'user' }))
          await store.upsert({ tableName, indexName: 'vector', vectors, metadata })
        },
        search: async (text, topK) => {
          const [queryVector = []] = await embedder.embed([text])
          const found = await store.query({
            tableName,
            indexName: 'vector',
            queryVector,
            topK,
            includeAllColumns: true,
          })
          return found.map(({ metadata }) => metadata?.['text'] as string)
        },
        close: async () => store.close(),
      }
    },
  },
]
