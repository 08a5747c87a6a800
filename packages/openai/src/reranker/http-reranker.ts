import { MemoryError } from '@agentmem/core/adapter'
import type { CallOptions, Reranker } from '@agentmem/core/adapter'
import { blamesInput } from '../endpoint/explain-failure.ts'
import { HttpEndpoint } from '../endpoint/http-endpoint.ts'
import { readScores } from './read-scores.ts'
import type { HttpRerankerSettings } from './reranker-options.ts'

/** What a reranker has done since it was opened. */
export interface HttpRerankerStats {
  /** Texts that got their score. */
  readonly texts: number
  /** HTTP requests, retries included. */
  readonly requests: number
  readonly retries: number
}

export interface HttpReranker extends Reranker {
  stats(): HttpRerankerStats
}

/** A reranker that makes one request of each call. */
export class EndpointReranker implements HttpReranker {
  readonly model: string
  readonly batchSize: number
  readonly #settings: HttpRerankerSettings
  readonly #endpoint: HttpEndpoint
  #texts = 0

  constructor(settings: HttpRerankerSettings) {
    this.model = settings.model
    this.batchSize = settings.batchSize
    this.#settings = settings
    this.#endpoint = new HttpEndpoint(settings)
  }

  async rerank(query: string, texts: readonly string[], { signal }: CallOptions = {}): Promise<number[]> {
    const answer = await this.#endpoint.post(this.#request(query, texts), signal)
    if (answer.status === 200 && !answer.hasError) {
      const scores = readScores(answer.body, texts.length, this.#settings.scores, this.#endpoint.name)
      this.#texts += texts.length
      return scores
    }
    if (!blamesInput(answer)) throw this.#endpoint.explain(answer)
    const reason = this.#endpoint.describe(answer)
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `${reason} The request had ${texts.length} texts; if these are too many or too long, lower batchSize, or see ` +
        'what the service takes as parameters.',
    )
  }

  stats(): HttpRerankerStats {
    return { texts: this.#texts, ...this.#endpoint.counters }
  }

  async close(): Promise<void> {
    // The connections are the platform's.
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #request(query: string, texts: readonly string[]): object {
    const { model, shape, parameters } = this.#settings
    return shape === 'texts'
      ? { truncate: true, ...parameters, query, texts }
      : { ...parameters, model, query, documents: texts }
  }
}
