import {
  callback,
  flag,
  invalid,
  optional,
  readOptions,
  secret,
  text,
  whole,
  estimateTokens,
} from '@agentmem/core/adapter'
import { isHttpAddress } from '../endpoint/endpoint-address.ts'
import { endpointTable, readAddress } from '../endpoint/endpoint-options.ts'
import type { EndpointOptions, EndpointSettings } from '../endpoint/endpoint-options.ts'
import { knownModels } from './known-models.ts'

const owner = 'openOpenAIEmbedder'
const defaultUrl = 'https://api.openai.com/v1'

export interface OpenAIEmbedderOptions extends EndpointOptions {
  /** The model's name, as the endpoint knows it; also its identity in a Store. */
  readonly model: string
  /**
   * Numbers in a vector, from 1 to 65,536. Known for OpenAI's models, required for others. For a text-embedding-3
   * model a smaller number is sent to the endpoint, which shortens its vectors.
   */
  readonly dimensions?: number | undefined
  /** Sends `dimensions` with each request. Default: only when a text-embedding-3 model is shortened. */
  readonly sendDimensions?: boolean | undefined
  /** The address before `/embeddings`; a query string is kept. Default 'https://api.openai.com/v1'. */
  readonly baseUrl?: string | undefined
  /**
   * Most tokens that the model reads of one text. Default: 8,192 for OpenAI's models, no limit for others. Where tokens are
   * estimated, a text is refused here only if it is too long for certain; otherwise the endpoint decides.
   */
  readonly maxTokens?: number | undefined
  /** Cuts longer texts to `maxTokens` and counts them in `stats()`. Default false: they are `INVALID_ARGUMENT`. */
  readonly truncate?: boolean | undefined
  /** Counts the tokens of a text; may count too many. Default: {@link estimateTokens}. */
  readonly countTokens?: ((text: string) => number) | undefined
  /** Put before each text that is embedded as a document, such as 'passage: '. Default ''. */
  readonly documentPrefix?: string | undefined
  /** Put before each text that is embedded as a query, such as 'query: '. Default ''. */
  readonly queryPrefix?: string | undefined
  /**
   * Most texts in one request. Default 2,048, OpenAI's limit:
   * https://platform.openai.com/docs/api-reference/embeddings/create.
   */
  readonly maxTextsPerRequest?: number | undefined
  /** Most tokens in one request. Default 300,000, OpenAI's limit (same page). */
  readonly maxTokensPerRequest?: number | undefined
  /** Requests in flight at once, of all calls together. Default 4. */
  readonly concurrency?: number | undefined
}

/** The options with their defaults, checked. */
export interface OpenAISettings extends EndpointSettings {
  /** The model, and the prefixes if there are any: with others its vectors differ. */
  readonly identity: string
  readonly dimensions: number
  readonly sendDimensions: boolean
  readonly maxTokens: number | undefined
  readonly truncate: boolean
  readonly countTokens: (text: string) => number
  readonly countsExactly: boolean
  readonly prefixes: { readonly document: string; readonly query: string }
  readonly maxTextsPerRequest: number
  readonly maxTokensPerRequest: number
  readonly concurrency: number
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; a key, a header or an address is never part of the message. */
export function readOpenAIOptions(given: OpenAIEmbedderOptions): OpenAISettings {
  const { baseUrl, apiKey, headers, documentPrefix, queryPrefix, ...options } = readOptions(owner, given, {
    model: text('the name of a model', undefined, name => name !== ''),
    dimensions: optional(whole(1, 65_536)),
    sendDimensions: optional(flag()),
    baseUrl: secret(text("an http address such as 'https://api.openai.com/v1'", defaultUrl, isHttpAddress)),
    maxTokens: optional(whole(1, 10_000_000)),
    truncate: flag(false),
    countTokens: callback(estimateTokens),
    documentPrefix: text('a string', '', () => true),
    queryPrefix: text('a string', '', () => true),
    maxTextsPerRequest: whole(1, 100_000, 2_048),
    maxTokensPerRequest: whole(1, 1_000_000_000, 300_000),
    concurrency: whole(1, 1_000, 4),
    ...endpointTable,
  })
  const { model, maxTokens = knownModels.get(model)?.maxTokens } = options
  const prefixes = { document: documentPrefix, query: queryPrefix }
  return {
    ...options,
    ...dimensionsOf(options),
    ...readAddress(owner, '/embeddings', { baseUrl, apiKey, headers }),
    identity: documentPrefix + queryPrefix === '' ? model : `${model} ${JSON.stringify(prefixes)}`,
    maxTokens,
    countsExactly: given.countTokens !== undefined,
    prefixes,
  }
}

type Dimensions = Pick<OpenAIEmbedderOptions, 'model' | 'dimensions' | 'sendDimensions'>

function dimensionsOf({
  model: name,
  dimensions: given,
  sendDimensions,
}: Dimensions): Pick<OpenAISettings, 'dimensions' | 'sendDimensions'> {
  const model = knownModels.get(name)
  const dimensions = given ?? model?.dimensions
  if (dimensions === undefined) {
    throw invalid(owner, `does not know the model '${name}'; give the dimensions of its vectors`)
  }
  const native = model?.dimensions ?? dimensions
  if (dimensions > native || (dimensions < native && !model?.shortens)) {
    throw invalid(
      owner,
      `has dimensions: ${dimensions}, but vectors of ${name} have ${native}` +
        (model?.shortens ? ' or fewer' : '; leave dimensions out'),
    )
  }
  return { dimensions, sendDimensions: sendDimensions ?? dimensions < native }
}
