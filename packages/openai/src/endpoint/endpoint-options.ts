import { optional, secret, strings, text, whole } from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import { endpointUrl, isHeaderToken, requestHeaders } from './endpoint-address.ts'

/** How an endpoint is reached, and how often it is tried. */
export interface EndpointOptions {
  /** Sent as a bearer token. Default: OPENAI_API_KEY of the environment at api.openai.com, none elsewhere. */
  readonly apiKey?: string | undefined
  /** Sent with each request, such as `{ 'api-key': ... }` for Azure. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Tries of a request after the first, on 408, 409, 429, 5xx, a timeout and network errors. Default 5. */
  readonly maxRetries?: number | undefined
  /** Upper bound of the first random wait before a retry, in milliseconds; it doubles each time. Default 500. */
  readonly retryDelayMs?: number | undefined
  /** Longest wait, in milliseconds; a Retry-After that asks for more fails the call at once. Default 60,000. */
  readonly maxRetryDelayMs?: number | undefined
  /** Time limit for one request and its answer, in milliseconds; past it the request is tried again. Default 30,000. */
  readonly timeoutMs?: number | undefined
}

/** The options with their defaults, checked. */
export interface EndpointSettings {
  readonly model: string
  readonly url: URL
  /** The path of the address that the options name, before that of `url`. */
  readonly basePath: string
  readonly headers: Headers
  /** Strings that no error message may show. */
  readonly secrets: readonly string[]
  readonly maxRetries: number
  readonly retryDelayMs: number
  readonly maxRetryDelayMs: number
  readonly timeoutMs: number
}

/** For `readOptions`. */
export const endpointTable: {
  readonly apiKey: OptionReader<string | undefined>
  readonly headers: OptionReader<Readonly<Record<string, string>> | undefined>
  readonly maxRetries: OptionReader<number>
  readonly retryDelayMs: OptionReader<number>
  readonly maxRetryDelayMs: OptionReader<number>
  readonly timeoutMs: OptionReader<number>
} = {
  apiKey: optional(secret(text('visible ASCII characters without spaces', undefined, isHeaderToken))),
  headers: optional(secret(strings("{ 'api-key': '...' }"))),
  maxRetries: whole(0, 100, 5),
  retryDelayMs: whole(0, 3_600_000, 500),
  maxRetryDelayMs: whole(0, 86_400_000, 60_000),
  timeoutMs: whole(1, 86_400_000, 30_000),
}

type Address = Pick<EndpointOptions, 'apiKey' | 'headers'> & { readonly baseUrl: string }

/** The address with its path, and what goes with each request. Throws `INVALID_ARGUMENT` without showing any of it. */
export function readAddress(
  owner: string,
  path: string,
  { baseUrl, apiKey, headers }: Address,
): Pick<EndpointSettings, 'url' | 'basePath' | 'headers' | 'secrets'> {
  const url = endpointUrl(owner, baseUrl, path)
  const basePath = url.pathname.slice(0, -path.length)
  return { url, basePath, ...requestHeaders(owner, url, apiKey, headers) }
}
