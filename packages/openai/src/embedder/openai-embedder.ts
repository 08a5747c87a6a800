import { throwIfAborted } from '@agentmem/core/adapter'
import type { Embedder, EmbedOptions } from '@agentmem/core/adapter'
import { batchTexts, halves } from './batch-texts.ts'
import type { TextBatch } from './batch-texts.ts'
import { EmbeddingsEndpoint } from './embeddings-endpoint.ts'
import { embedByHalves, refused } from './embed-by-halves.ts'
import { fitText } from './fit-text.ts'
import type { OpenAISettings } from './openai-options.ts'
import { Slots } from '../endpoint/slots.ts'

/** What an embedder has done since it was opened. */
export interface OpenAIEmbedderStats {
  /** Texts that got their vector. */
  readonly texts: number
  /** Those of them that were cut to `maxTokens`. */
  readonly truncated: number
  /** HTTP requests, retries included. */
  readonly requests: number
  readonly retries: number
  /** Tokens as the endpoint counted them; 0 when it does not say. */
  readonly tokens: number
}

export interface OpenAIEmbedder extends Embedder {
  stats(): OpenAIEmbedderStats
}

/** An embedder that cuts a call into requests, several in flight at a time, and halves those that are refused. */
export class HttpEmbedder implements OpenAIEmbedder {
  readonly model: string
  readonly dimensions: number
  readonly maxTokens: number | undefined
  readonly #settings: OpenAISettings
  readonly #endpoint: EmbeddingsEndpoint
  readonly #slots: Slots
  #texts = 0
  #truncated = 0

  constructor(settings: OpenAISettings) {
    this.model = settings.identity
    this.dimensions = settings.dimensions
    this.maxTokens = settings.maxTokens
    this.#settings = settings
    this.#endpoint = new EmbeddingsEndpoint(settings)
    this.#slots = new Slots(settings.concurrency)
  }

  async embed(
    texts: readonly string[],
    { as = 'document', signal }: EmbedOptions = {},
  ): Promise<Float32Array[]> {
    const whole = texts.map(text => this.#settings.prefixes[as] + text)
    const inputs = whole.map((text, i) => fitText(text, i, this.#settings))
    // The first failure aborts the other requests of the call.
    const failure = new AbortController()
    const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal
    const requests = batchTexts(inputs, this.#settings).map(batch =>
      this.#slots.run(stop, () => this.#embedBatch(batch, stop)),
    )
    try {
      const vectors = (await Promise.all(requests)).flat()
      this.#texts += texts.length
      this.#truncated += inputs.filter((input, i) => input !== whole[i]).length
      return vectors
    } catch (error) {
      failure.abort()
      await Promise.allSettled(requests)
      throwIfAborted(signal)
      throw error
    }
  }

  stats(): OpenAIEmbedderStats {
    return { texts: this.#texts, truncated: this.#truncated, ...this.#endpoint.counters }
  }

  async close(): Promise<void> {
    // The connections are the platform's.
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** A refused batch is halved, until it passes or the first text that cannot pass stands alone. */
  async #embedBatch(batch: TextBatch, stop: AbortSignal): Promise<readonly Float32Array[]> {
    const outcome = await this.#endpoint.embed(batch.texts, stop)
    if ('vectors' in outcome) return outcome.vectors
    if ('fault' in outcome) {
      if (batch.texts.length === 1) throw outcome.fault
      return embedByHalves(batch, outcome.fault, (texts, retries) =>
        this.#endpoint.embed(texts, stop, retries),
      )
    }
    if (batch.texts.length === 1) throw refused(batch, 'is refused', outcome.refusal)
    const [first, second] = halves(batch)
    return [...(await this.#embedBatch(first, stop)), ...(await this.#embedBatch(second, stop))]
  }
}
