import { setTimeout } from 'node:timers/promises'
import { MemoryError, throwIfAborted, withinTime } from '@agentmem/core/adapter'
import { blamesInput, describeAnswer, explainFailure, mayPass } from './explain-failure.ts'
import type { HttpAnswer } from './explain-failure.ts'
import type { OpenAISettings } from './openai-options.ts'
import { readAnswer } from './read-answer.ts'
import { readRetryAfter, retryDelay } from './retry-delay.ts'

/** Vectors for all texts of a request, or why the endpoint does not take these texts. */
export type Outcome = { readonly vectors: readonly Float32Array[] } | { readonly refusal: MemoryError }

/** A failed try that may be repeated. */
interface Passing {
  readonly error: MemoryError
  readonly retryAfter: string | null
}

type Encoding = 'base64' | 'float'

/** Sends requests to the endpoint, and repeats those whose failure may pass. */
export class EmbeddingsEndpoint {
  readonly #settings: OpenAISettings
  /** What messages call the endpoint: without the query string, which may hold a key. */
  readonly #name: string
  /** Base64 has a third of the size of numbers in JSON; an endpoint that does not support it gets 'float'. */
  #encoding: Encoding = 'base64'
  #requests = 0
  #retries = 0
  #tokens = 0

  constructor(settings: OpenAISettings) {
    this.#settings = settings
    this.#name = `${settings.url.origin}${settings.url.pathname} (model ${settings.model})`
  }

  get counters(): { readonly requests: number; readonly retries: number; readonly tokens: number } {
    return { requests: this.#requests, retries: this.#retries, tokens: this.#tokens }
  }

  /** Throws `UNAVAILABLE` or `TIMEOUT` when the retries are used up, `BACKEND` for an answer that is wrong. */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Outcome> {
    const { dimensions, secrets } = this.#settings
    const encoding = this.#encoding
    const answer = await this.#ask(texts, encoding, signal)
    if (answer.status === 200) {
      const { vectors, tokens } = readAnswer(answer.body, texts.length, dimensions, this.#name)
      this.#tokens += tokens
      return { vectors }
    }
    if (!blamesInput(answer)) throw explainFailure(answer, this.#name, secrets)
    if (encoding === 'base64' && /encoding_format|base64/i.test(answer.body)) {
      this.#encoding = 'float'
      return this.embed(texts, signal)
    }
    return { refusal: new MemoryError('INVALID_ARGUMENT', describeAnswer(answer, this.#name, secrets)) }
  }

  async #ask(texts: readonly string[], encoding: Encoding, signal: AbortSignal): Promise<HttpAnswer> {
    const { maxRetries, maxRetryDelayMs } = this.#settings
    for (let attempt = 0; ; attempt++) {
      const tried = await this.#try(texts, encoding, signal)
      if ('status' in tried) return tried
      const { error, retryAfter } = tried
      if (attempt === maxRetries) throw afterTries(error, attempt + 1)
      if (retryAfter !== null && readRetryAfter(retryAfter) > maxRetryDelayMs) {
        throw afterTries(
          error,
          attempt + 1,
          ` It asks for a wait of '${retryAfter.slice(0, 40)}', which is too long.`,
        )
      }
      this.#retries++
      await setTimeout(retryDelay(attempt, retryAfter, this.#settings), undefined, { signal })
    }
  }

  async #try(
    texts: readonly string[],
    encoding: Encoding,
    signal: AbortSignal,
  ): Promise<HttpAnswer | Passing> {
    const { url, headers, model, dimensions, sendDimensions, timeoutMs, secrets } = this.#settings
    const request = { model, input: texts, encoding_format: encoding, ...(sendDimensions && { dimensions }) }
    const send = async (ending: AbortSignal): Promise<HttpAnswer | Passing> => {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(request),
        // A redirect could carry headers with a key to another host.
        redirect: 'manual',
        signal: ending,
      })
      const answer = { status: response.status, body: await response.text() }
      if (!mayPass(answer)) return answer
      const error = explainFailure(answer, this.#name, secrets)
      return { error, retryAfter: response.headers.get('retry-after') }
    }
    const message = (ms: number): string => `${this.#name} did not answer in ${ms} ms, the timeoutMs.`
    this.#requests++
    try {
      return await withinTime(timeoutMs, send, { message, signal })
    } catch (cause) {
      throwIfAborted(signal)
      return { error: MemoryError.is(cause) ? cause : this.#unreachable(cause), retryAfter: null }
    }
  }

  #unreachable(cause: unknown): MemoryError {
    // fetch says no more than 'fetch failed'; its own cause says why.
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause : cause).message : ''
    return new MemoryError('UNAVAILABLE', `${this.#name} cannot be reached (${reason}).`, { cause })
  }
}

function afterTries(error: MemoryError, tries: number, addition = ''): MemoryError {
  const count = tries === 1 ? '1 try' : `${tries} tries`
  return new MemoryError(error.code, `${error.message} Given up after ${count}.${addition}`, { cause: error })
}
