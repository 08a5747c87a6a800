import { HashEmbedder } from '@agentmem/core'
import type { Embedder, EmbedOptions } from '@agentmem/core'

/** A HashEmbedder that waits as long as a model would take, and counts what it is asked. */
export class WaitingEmbedder implements Embedder {
  readonly model: string
  readonly dimensions: number
  calls = 0
  texts = 0
  readonly #inner: HashEmbedder
  readonly #msPerText: number

  constructor(model: string, dimensions: number, msPerText: number) {
    this.model = model
    this.dimensions = dimensions
    this.#inner = new HashEmbedder({ dimensions })
    this.#msPerText = msPerText
  }

  async embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]> {
    this.calls++
    this.texts += texts.length
    const waiting = new Promise(resolve => setTimeout(resolve, texts.length * this.#msPerText))
    const [vectors] = await Promise.all([this.#inner.embed(texts, options), waiting])
    return vectors
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
