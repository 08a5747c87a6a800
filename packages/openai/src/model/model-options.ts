import { callback, estimateTokens, optional, readOptions, secret, text, whole } from '@agentmem/core/adapter'
import type { Json, OptionReader } from '@agentmem/core/adapter'
import { isHttpAddress } from '../endpoint/endpoint-address.ts'
import { endpointTable, readAddress } from '../endpoint/endpoint-options.ts'
import type { EndpointOptions, EndpointSettings } from '../endpoint/endpoint-options.ts'

const owner = 'openOpenAIModel'

export interface OpenAIModelOptions extends EndpointOptions {
  /** The model's name, as the endpoint knows it. */
  readonly model: string
  /** The address before `/chat/completions`. Default 'https://api.openai.com/v1'. A query string is kept. */
  readonly baseUrl?: string | undefined
  /** Requests at a time, 1 to 1,000. Default 4. */
  readonly concurrency?: number | undefined
  /** Tokens of a request and its answer together, where that is known. Default: not known. */
  readonly contextTokens?: number | undefined
  /** Tokens of an answer at most. Default: what each request asks for. */
  readonly maxOutputTokens?: number | undefined
  /** Counts the tokens of a text; may count too many. Default: `estimateTokens`. */
  readonly countTokens?: ((text: string) => number) | undefined
  /** Further entries of each request, such as `{ temperature: 0 }` or `{ reasoning_effort: 'low' }`. */
  readonly parameters?: Readonly<Record<string, Json>> | undefined
}

/** The options with their defaults, checked. */
export interface OpenAIModelSettings extends EndpointSettings {
  readonly concurrency: number
  readonly contextTokens: number | undefined
  readonly maxOutputTokens: number | undefined
  readonly countTokens: (text: string) => number
  readonly parameters: Readonly<Record<string, Json>>
  /** OpenAI's newer models refuse the name that every other endpoint knows. */
  readonly limitName: 'max_completion_tokens' | 'max_tokens'
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; a key, a header or an address is never part of the message. */
export function readModelOptions(given: OpenAIModelOptions): OpenAIModelSettings {
  const { baseUrl, apiKey, headers, ...options } = readOptions(owner, given, {
    model: text('the name of a model', undefined, name => name !== ''),
    baseUrl: secret(
      text("an http address such as 'http://127.0.0.1:8000/v1'", 'https://api.openai.com/v1', isHttpAddress),
    ),
    concurrency: whole(1, 1_000, 4),
    contextTokens: optional(whole(1, 100_000_000)),
    maxOutputTokens: optional(whole(1, 10_000_000)),
    countTokens: callback(estimateTokens),
    parameters: parameters(),
    ...endpointTable,
  })
  const address = readAddress(owner, '/chat/completions', { baseUrl, apiKey, headers })
  const limitName = address.url.host === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens'
  return { ...options, ...address, limitName }
}

/** What a request holds anyway. */
const reserved = ['model', 'messages', 'response_format', 'stream', 'n']

function parameters(): OptionReader<Readonly<Record<string, Json>>> {
  return {
    allowed: `an object without ${reserved.join(', ')}, such as { temperature: 0 }`,
    read: value => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
      const copy = { ...value } as Record<string, Json>
      return reserved.some(name => Object.hasOwn(copy, name)) ? undefined : { value: copy }
    },
    preset: { value: {} },
  }
}
