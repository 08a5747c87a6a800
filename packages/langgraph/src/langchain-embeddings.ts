import type { Embedder } from '@agentmem/core'
import { guardEmbedder, opening, optional, part, readOptions, text, whole } from '@agentmem/core/adapter'
import { Embeddings } from '@langchain/core/embeddings'
import type { EmbeddingsInterface } from '@langchain/core/embeddings'

/** An Embedder as LangChain's Embeddings: for a vector store, or for a store of LangGraph. Closing it stays with its owner. */
export function toLangChainEmbeddings(embedder: Embedder): Embeddings {
  return new EmbedderEmbeddings(embedder)
}

class EmbedderEmbeddings extends Embeddings {
  readonly #embedder: Embedder

  constructor(embedder: Embedder) {
    super({})
    this.#embedder = embedder
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    const vectors = await this.#embedder.embed(texts, { as: 'document' })
    return vectors.map(vector => Array.from(vector))
  }

  async embedQuery(text: string): Promise<number[]> {
    const [vector = []] = await this.#embedder.embed([text], { as: 'query' })
    return Array.from(vector)
  }
}

export interface LangChainEmbedderOptions {
  readonly embeddings: EmbeddingsInterface
  /** The identity of the model, which LangChain's Embeddings do not tell: provider, name and version. */
  readonly model: string
  /** Numbers in a vector. Default: those of one text, which is embedded on opening. */
  readonly dimensions?: number | undefined
  /** Texts in one call. Default: all of them, which the embeddings divide by themselves. */
  readonly batchSize?: number | undefined
}

/** LangChain's Embeddings as an Embedder. A call ends with its signal; a request that was sent goes on by itself. */
export function openLangChainEmbedder(options: LangChainEmbedderOptions): Promise<Embedder> {
  return opening('openLangChainEmbedder', async () => {
    const { embeddings, dimensions, ...facts } = readOptions('openLangChainEmbedder', options, {
      embeddings: part<EmbeddingsInterface>("LangChain's Embeddings", ['embedDocuments', 'embedQuery']),
      model: text("the model's identity, such as 'openai/text-embedding-3-small'"),
      dimensions: optional(whole(1, 65_536)),
      batchSize: optional(whole(1, 100_000)),
    })
    const close = async (): Promise<void> => undefined
    return guardEmbedder({
      ...facts,
      dimensions: dimensions ?? (await embeddings.embedQuery('dimensions')).length,
      embed: async (texts, { as } = {}) => {
        const embedded =
          as === 'query'
            ? Promise.all(texts.map(query => embeddings.embedQuery(query)))
            : embeddings.embedDocuments([...texts])
        return (await embedded).map(vector => Float32Array.from(vector))
      },
      close,
      [Symbol.asyncDispose]: close,
    })
  })
}
