import { Embeddings } from '@langchain/core/embeddings'

import type { SharedEmbedder } from './peer.ts'

/** The shared embedder, as LangChain and those who take LangChain's embedders want it. */
export class SharedEmbeddings extends Embeddings {
  readonly #embedder: SharedEmbedder

  constructor(embedder: SharedEmbedder) {
    super({})
    this.#embedder = embedder
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    return this.#embedder.embed(texts)
  }

  async embedQuery(text: string): Promise<number[]> {
    return (await this.#embedder.embed([text]))[0] ?? []
  }
}
