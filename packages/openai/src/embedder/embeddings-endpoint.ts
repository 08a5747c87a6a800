import { MemoryError } from '@agentmem/core/adapter'
import { blamesInput } from '../endpoint/explain-failure.ts'
import { HttpEndpoint } from '../endpoint/http-endpoint.ts'
import type { OpenAISettings } from './openai-options.ts'
import { readAnswer } from './read-answer.ts'

/** Vectors for all texts of a request, or why the endpoint does not take these texts, or how the server failed at them. */
export type Outcome =
  | { readonly vectors: readonly Float32Array[] }
  | { readonly refusal: MemoryError }
  | { readonly fault: MemoryError }

/** Asks the endpoint for the vectors of one request's texts. */
export class EmbeddingsEndpoint {
  readonly #settings: OpenAISettings
  readonly #endpoint: HttpEndpoint
  /** Base64 has a third of the size of numbers in JSON; an endpoint that does not support it gets 'float'. */
  #encoding: 'base64' | 'float' = 'base64'
  #tokens = 0

  constructor(settings: OpenAISettings) {
    this.#settings = settings
    this.#endpoint = new HttpEndpoint(settings)
  }

  get counters(): { readonly requests: number; readonly retries: number; readonly tokens: number } {
    return { ...this.#endpoint.counters, tokens: this.#tokens }
  }

  /** Throws `UNAVAILABLE` or `TIMEOUT` when the retries are used up, `BACKEND` for an answer that is wrong. */
  async embed(texts: readonly string[], signal: AbortSignal, maxRetries?: number): Promise<Outcome> {
    const { model, dimensions, sendDimensions } = this.#settings
    const encoding = this.#encoding
    const request = { model, input: texts, encoding_format: encoding, ...(sendDimensions && { dimensions }) }
    const answer = await this.#endpoint.post(request, signal, maxRetries).catch((error: unknown) => {
      if (this.#endpoint.isFault(error)) return error
      throw error
    })
    if (answer instanceof Error) return { fault: answer }
    if (answer.status === 200 && !answer.hasError) {
      const { vectors, tokens } = readAnswer(answer.body, texts.length, dimensions, this.#endpoint.name)
      this.#tokens += tokens
      return { vectors }
    }
    if (!blamesInput(answer)) throw this.#endpoint.explain(answer)
    if (encoding === 'base64' && /encoding_format|base64/i.test(answer.body)) {
      this.#encoding = 'float'
      return this.embed(texts, signal, maxRetries)
    }
    return { refusal: new MemoryError('INVALID_ARGUMENT', this.#endpoint.describe(answer)) }
  }
}
