import { HashEmbedder } from '@agentmem/core'
import type { Embedder } from '@agentmem/core/adapter'

/** A model of its own name, that counts the texts it embeds and may take its time. */
export class CountingEmbedder implements Embedder {
  readonly model: string
  readonly dimensions: number
  texts = 0
  readonly #inner: HashEmbedder
  readonly #pauseMs: number

  constructor(model: string, dimensions: number, pauseMs = 0) {
    this.model = model
    this.dimensions = dimensions
    this.#inner = new HashEmbedder({ dimensions })
    this.#pauseMs = pauseMs
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    this.texts += texts.length
    await new Promise(resolve => setTimeout(resolve, this.#pauseMs))
    // Other texts are embedded than are asked for, so that no two models agree.
    return this.#inner.embed(texts.map(text => `${this.model} ${text}`))
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
