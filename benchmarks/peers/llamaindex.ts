import { PGVectorStore } from '@llamaindex/postgres'
import { BaseEmbedding, SimpleVectorStore, TextNode, VectorStoreQueryMode } from 'llamaindex'
import type { BaseVectorStore } from 'llamaindex'

import { synced } from '../measured/peer-names.ts'
import { likes } from './peer.ts'
import type { OpenPeer, PeerPlace, PeerUse, SharedEmbedder } from './peer.ts'

/** A store must have one, and does not use it for nodes that have their vectors. */
class SharedEmbedding extends BaseEmbedding {
  readonly #embedder: SharedEmbedder

  constructor(embedder: SharedEmbedder) {
    super()
    this.#embedder = embedder
  }

  async getTextEmbedding(text: string): Promise<number[]> {
    return (await this.#embedder.embed([text]))[0] ?? []
  }
}

function opened(
  store: BaseVectorStore,
  kind: PeerUse['kind'],
  embedder: SharedEmbedder,
  close: () => Promise<void>,
): OpenPeer {
  // Not all stores keep the texts: they are looked up by the ids that a search answers with.
  const textOf = new Map<string, string>()
  const addAll = async (texts: readonly string[]): Promise<void> => {
    const embeddings = await embedder.embed(texts)
    const nodes = texts.map(
      (text, i) => new TextNode({ text, embedding: embeddings[i], metadata: { userId: 'user' } }),
    )
    for (const node of nodes) textOf.set(node.id_, node.text)
    await store.add(nodes)
  }
  return {
    add: async texts => {
      if (kind === 'batch') return addAll(texts)
      for (const text of texts) await addAll([text])
    },
    search: async (text, topK) => {
      const [queryEmbedding] = await embedder.embed([text])
      const { ids, nodes } = await store.query({
        queryEmbedding,
        similarityTopK: topK,
        mode: VectorStoreQueryMode.DEFAULT,
      })
      return ids.map((id, i) => textOf.get(id) ?? (nodes?.[i] as TextNode | undefined)?.text ?? '')
    },
    close,
  }
}

const inMemory =
  (kind: PeerUse['kind']) =>
  async (_place: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const store = new SimpleVectorStore({ embeddingModel: new SharedEmbedding(embedder) })
    return opened(store, kind, embedder, async () => undefined)
  }

const postgres =
  (kind: PeerUse['kind']) =>
  async ({ postgresUrl = '' }: PeerPlace, embedder: SharedEmbedder): Promise<OpenPeer> => {
    const store = new PGVectorStore({
      embeddingModel: new SharedEmbedding(embedder),
      clientConfig: { connectionString: postgresUrl },
      dimensions: embedder.dimensions,
    })
    const client = (await store.client()) as unknown as { close(): Promise<void> }
    return opened(store, kind, embedder, () => client.close())
  }

const stores = [
  {
    peer: 'LlamaIndex SimpleVectorStore',
    package: 'llamaindex',
    durability: synced.none,
    like: likes.memory,
    openAs: inMemory,
  },
  {
    peer: 'LlamaIndex PGVectorStore',
    package: '@llamaindex/postgres',
    needsPostgres: true,
    openAs: postgres,
  },
] as const

export const llamaindex: readonly PeerUse[] = stores.flatMap(({ openAs, ...store }): PeerUse[] => [
  { ...store, use: 'add([node]) in a loop', kind: 'single', open: openAs('single') },
  { ...store, use: 'add([nodes])', kind: 'batch', open: openAs('batch') },
])
