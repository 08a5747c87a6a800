import { MemoryError } from '@agentmem/core/adapter'
import { endpointUrl, requestHeaders } from './endpoint-address.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { knownModels } from './known-models.ts'

export interface OpenAIEmbedderOptions {
  /** The model's name, as the endpoint knows it; also its identity in a Store. */
  readonly model: string
  /**
   * Numbers in a vector. Known for OpenAI's models, required for others. Fewer than a text-embedding-3 model
   * has are asked of the endpoint.
   */
  readonly dimensions?: number | undefined
  /** Sends `dimensions` with each request. Default: only for a text-embedding-3 model that is to be shortened. */
  readonly sendDimensions?: boolean | undefined
  /** What stands before `/embeddings`; a query string is kept. Default 'https://api.openai.com/v1'. */
  readonly baseUrl?: string | undefined
  /** Sent as a bearer token. Default: OPENAI_API_KEY of the environment at api.openai.com, none elsewhere. */
  readonly apiKey?: string | undefined
  /** Sent with each request, such as `{ 'api-key': ... }` for Azure. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Tokens that the model reads of one text. Default: 8,192 for OpenAI's models, no limit for others. */
  readonly maxTokens?: number | undefined
  /** Cuts longer texts to `maxTokens` and counts them in `stats()`. Default false: they are `INVALID_ARGUMENT`. */
  readonly truncate?: boolean | undefined
  /** Counts the tokens of a text, or more. Default: {@link estimateTokens}. */
  readonly countTokens?: ((text: string) => number) | undefined
  /** Put before each text that is embedded as a document, such as 'passage: '. Default ''. */
  readonly documentPrefix?: string | undefined
  /** Put before each text that is embedded as a query, such as 'query: '. Default ''. */
  readonly queryPrefix?: string | undefined
  /** Default 2,048, as many as OpenAI takes: https://platform.openai.com/docs/api-reference/embeddings/create. */
  readonly maxTextsPerRequest?: number | undefined
  /** Default 300,000, as many as OpenAI takes (same page). */
  readonly maxTokensPerRequest?: number | undefined
  /** Requests under way at once, of all calls together. Default 4. */
  readonly concurrency?: number | undefined
  /** Tries of a request after the first, on 408, 409, 429, 5xx, a timeout and network errors. Default 5. */
  readonly maxRetries?: number | undefined
  /** Bound of the first random wait before a retry, in milliseconds; it doubles each time. Default 500. */
  readonly retryDelayMs?: number | undefined
  /** Longest wait; an endpoint whose Retry-After asks for more fails the call at once. Default 60,000. */
  readonly maxRetryDelayMs?: number | undefined
  /** Time for one request and its answer, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined
}

/** The options that need no more thought. */
export interface OpenAISettings {
  readonly model: string
  /** The model, and the prefixes if there are any: with others its vectors differ. */
  readonly identity: string
  readonly dimensions: number
  readonly sendDimensions: boolean
  readonly url: URL
  readonly headers: Headers
  /** What an error message must not show. */
  readonly secrets: readonly string[]
  readonly maxTokens: number | undefined
  readonly truncate: boolean
  readonly countTokens: (text: string) => number
  readonly prefixes: { readonly document: string; readonly query: string }
  readonly maxTextsPerRequest: number
  readonly maxTokensPerRequest: number
  readonly concurrency: number
  readonly maxRetries: number
  readonly retryDelayMs: number
  readonly maxRetryDelayMs: number
  readonly timeoutMs: number
}

/** What each option of a whole number may be, and its default. */
const limits = {
  dimensions: { least: 1, most: 65_536, preset: undefined },
  maxTokens: { least: 1, most: 10_000_000, preset: undefined },
  maxTextsPerRequest: { least: 1, most: 100_000, preset: 2_048 },
  maxTokensPerRequest: { least: 1, most: 1_000_000_000, preset: 300_000 },
  concurrency: { least: 1, most: 1_000, preset: 4 },
  maxRetries: { least: 0, most: 100, preset: 5 },
  retryDelayMs: { least: 0, most: 3_600_000, preset: 500 },
  maxRetryDelayMs: { least: 0, most: 86_400_000, preset: 60_000 },
  timeoutMs: { least: 1, most: 86_400_000, preset: 30_000 },
} as const

const others = ['model', 'sendDimensions', 'baseUrl', 'apiKey', 'headers', 'truncate', 'countTokens']
const known = [...others, 'documentPrefix', 'queryPrefix', ...Object.keys(limits)]

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; a key or a header is never part of the message. */
export function checkOpenAIOptions(options: OpenAIEmbedderOptions): OpenAISettings {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { model, truncate = false, countTokens = estimateTokens } = options
  const { documentPrefix = '', queryPrefix = '', baseUrl = 'https://api.openai.com/v1' } = options
  if (typeof model !== 'string' || model === '') throw invalid(`needs a model, not ${JSON.stringify(model)}`)
  if (typeof truncate !== 'boolean') throw invalid(`has truncate: ${String(truncate)}; give true or false`)
  if (typeof countTokens !== 'function') throw invalid('has a countTokens that is no function')
  if (typeof documentPrefix !== 'string' || typeof queryPrefix !== 'string') {
    throw invalid('has a documentPrefix or queryPrefix that is no string')
  }
  const url = endpointUrl(baseUrl)
  const prefixes = { document: documentPrefix, query: queryPrefix }
  return {
    model,
    identity: documentPrefix + queryPrefix === '' ? model : `${model} ${JSON.stringify(prefixes)}`,
    ...dimensionsOf(options),
    url,
    ...requestHeaders(url, options.apiKey, options.headers),
    maxTokens: number(options, 'maxTokens') ?? knownModels.get(model)?.maxTokens,
    truncate,
    countTokens,
    prefixes,
    maxTextsPerRequest: number(options, 'maxTextsPerRequest'),
    maxTokensPerRequest: number(options, 'maxTokensPerRequest'),
    concurrency: number(options, 'concurrency'),
    maxRetries: number(options, 'maxRetries'),
    retryDelayMs: number(options, 'retryDelayMs'),
    maxRetryDelayMs: number(options, 'maxRetryDelayMs'),
    timeoutMs: number(options, 'timeoutMs'),
  }
}

function dimensionsOf(options: OpenAIEmbedderOptions): Pick<OpenAISettings, 'dimensions' | 'sendDimensions'> {
  const model = knownModels.get(options.model)
  const dimensions = number(options, 'dimensions') ?? model?.dimensions
  if (dimensions === undefined) {
    throw invalid(`does not know the model '${options.model}'; give the dimensions of its vectors`)
  }
  const native = model?.dimensions ?? dimensions
  if (dimensions > native || (dimensions < native && !model?.shortens)) {
    throw invalid(
      `has dimensions: ${dimensions}, but vectors of ${options.model} have ${native}` +
        (model?.shortens ? ' or fewer' : '; leave dimensions out'),
    )
  }
  const { sendDimensions = dimensions < native } = options
  if (typeof sendDimensions !== 'boolean') {
    throw invalid(`has sendDimensions: ${String(sendDimensions)}; give true or false`)
  }
  return { dimensions, sendDimensions }
}

type NumberName = keyof typeof limits
type NumberOf<Name extends NumberName> = (typeof limits)[Name]['preset'] extends number
  ? number
  : number | undefined

function number<Name extends NumberName>(options: OpenAIEmbedderOptions, name: Name): NumberOf<Name> {
  const { least, most, preset } = limits[name]
  const value: unknown = options[name] ?? preset
  if (value !== undefined && !(Number.isInteger(value) && Number(value) >= least && Number(value) <= most)) {
    throw invalid(`has ${name}: ${JSON.stringify(value)}; give a whole number from ${least} to ${most}`)
  }
  return value as NumberOf<Name>
}

/** An `INVALID_ARGUMENT` error about an option. */
function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openOpenAIEmbedder ${what}.`)
}
