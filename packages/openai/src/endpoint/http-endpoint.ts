import { setTimeout } from 'node:timers/promises'
import { MemoryError, throwIfAborted, withinTime } from '@agentmem/core/adapter'
import type { EndpointSettings } from './endpoint-options.ts'
import { describeAnswer, explainFailure, isFault, mayPass, unwrapError } from './explain-failure.ts'
import type { HttpAnswer } from './explain-failure.ts'
import { readRetryAfter, retryDelay } from './retry-delay.ts'

/** A failed try that may be repeated. */
interface Passing {
  readonly error: MemoryError
  readonly retryAfter: string | null
  /** True where the server failed at what it was sent. */
  readonly fault: boolean
}

/** A request to another path of the endpoint than its own. */
export interface EndpointCall {
  readonly method: 'GET' | 'POST'
  /** Behind the address that the options name, such as '/files'; it may have a query. */
  readonly path: string
  /** JSON, or a form. */
  readonly body?: string | FormData | undefined
  /** Whether the answer is a file, in which an error is none of the endpoint. */
  readonly isFile?: boolean | undefined
}

/** What goes over the wire. */
interface Sent {
  readonly url: URL
  readonly init: RequestInit
  readonly isFile: boolean
}

/** Sends requests to an endpoint, and repeats those whose failure may pass. */
export class HttpEndpoint {
  /** What messages call the endpoint: without the query string, which may hold a key. */
  readonly name: string
  readonly #settings: EndpointSettings
  readonly #faults = new WeakSet<MemoryError>()
  #requests = 0
  #retries = 0

  constructor(settings: EndpointSettings) {
    this.#settings = settings
    this.name = `${settings.url.origin}${settings.url.pathname} (model ${settings.model})`
  }

  get counters(): { readonly requests: number; readonly retries: number } {
    return { requests: this.#requests, retries: this.#retries }
  }

  /**
   * The answer to a request: 200, or a refusal that will not pass. Throws `UNAVAILABLE` or `TIMEOUT` when the retries are
   * used up, `ABORTED` when the signal aborts. `maxRetries` takes the place of that of the options.
   */
  async post(
    request: object,
    signal?: AbortSignal,
    maxRetries: number = this.#settings.maxRetries,
  ): Promise<HttpAnswer> {
    const { url, headers } = this.#settings
    const init = { method: 'POST', headers, body: JSON.stringify(request) }
    return this.#repeat({ url, init, isFile: false }, signal, maxRetries)
  }

  /** The answer to a request to another path; see `post`. */
  async send(
    { method, path, body, isFile = false }: EndpointCall,
    signal?: AbortSignal,
    maxRetries: number = this.#settings.maxRetries,
  ): Promise<HttpAnswer> {
    const { basePath, headers: given } = this.#settings
    const url = new URL(this.#settings.url)
    const [name = '', query] = path.split('?')
    url.pathname = basePath + name
    for (const [key, value] of new URLSearchParams(query)) url.searchParams.set(key, value)
    const headers = new Headers(given)
    // A form says itself where its parts end.
    if (typeof body !== 'string') headers.delete('content-type')
    return this.#repeat(
      { url, init: { method, headers, ...(body !== undefined && { body }) }, isFile },
      signal,
      maxRetries,
    )
  }

  async #repeat(sent: Sent, signal: AbortSignal | undefined, maxRetries: number): Promise<HttpAnswer> {
    const { maxRetryDelayMs } = this.#settings
    for (let attempt = 0; ; attempt++) {
      const tried = await this.#try(sent, signal)
      if ('status' in tried) return tried
      const { error, retryAfter, fault } = tried
      if (attempt >= maxRetries) throw this.#noted(afterTries(error, attempt + 1), fault)
      if (retryAfter !== null && readRetryAfter(retryAfter) > maxRetryDelayMs) {
        throw afterTries(
          error,
          attempt + 1,
          ` It asks for a wait of '${retryAfter.slice(0, 40)}', which is too long.`,
        )
      }
      this.#retries++
      await this.#wait(retryDelay(attempt, retryAfter, this.#settings), signal)
    }
  }

  /** True for an error that `post` threw where the server failed at what it was sent, at each try. */
  isFault(error: unknown): error is MemoryError {
    return MemoryError.is(error) && this.#faults.has(error)
  }

  #noted(error: MemoryError, fault: boolean): MemoryError {
    if (fault) this.#faults.add(error)
    return error
  }

  /** The error for an answer that is not 200. */
  explain(answer: HttpAnswer): MemoryError {
    return explainFailure(answer, this.name, this.#settings.secrets)
  }

  /** What the endpoint says in an answer that is not 200, without secrets. */
  describe(answer: HttpAnswer): string {
    return describeAnswer(answer, this.name, this.#settings.secrets)
  }

  async #try({ url, init, isFile }: Sent, signal: AbortSignal | undefined): Promise<HttpAnswer | Passing> {
    const { timeoutMs } = this.#settings
    const send = async (ending: AbortSignal): Promise<HttpAnswer | Passing> => {
      const response = await fetch(url, {
        ...init,
        // A redirect could carry headers with a key to another host.
        redirect: 'manual',
        signal: ending,
      })
      const plain = { status: response.status, body: await response.text() }
      const answer = isFile ? plain : unwrapError(plain)
      if (!mayPass(answer)) return answer
      return {
        error: this.explain(answer),
        retryAfter: response.headers.get('retry-after'),
        fault: isFault(answer),
      }
    }
    const message = (ms: number): string => `${this.name} did not answer in ${ms} ms, the timeoutMs.`
    this.#requests++
    try {
      return await withinTime(timeoutMs, send, { message, signal })
    } catch (cause) {
      throwIfAborted(signal)
      return {
        error: MemoryError.is(cause) ? cause : this.#unreachable(cause),
        retryAfter: null,
        fault: false,
      }
    }
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await setTimeout(ms, undefined, { signal })
    } catch (error) {
      throwIfAborted(signal)
      throw error
    }
  }

  #unreachable(cause: unknown): MemoryError {
    // fetch says no more than 'fetch failed'; its own cause says why.
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause : cause).message : ''
    return new MemoryError('UNAVAILABLE', `${this.name} cannot be reached (${reason}).`, { cause })
  }
}

function afterTries(error: MemoryError, tries: number, addition = ''): MemoryError {
  const count = tries === 1 ? '1 try' : `${tries} tries`
  return new MemoryError(error.code, `${error.message} Given up after ${count}.${addition}`, { cause: error })
}
