import { oneOf, optional, readOptions, secret, text, whole } from '@agentmem/core/adapter'
import type { Json, OptionReader } from '@agentmem/core/adapter'
import { isHttpAddress } from '../endpoint/endpoint-address.ts'
import { endpointTable, readAddress } from '../endpoint/endpoint-options.ts'
import type { EndpointOptions, EndpointSettings } from '../endpoint/endpoint-options.ts'

const owner = 'openHttpReranker'

export interface HttpRerankerOptions extends EndpointOptions {
  /** The address before `/rerank`, such as 'https://api.cohere.com/v2'; a query string is kept. */
  readonly baseUrl: string
  /** The model's name, as the service knows it; with `shape: 'texts'`, which sends none, a name of your own. */
  readonly model: string
  /**
   * What a request looks like. 'documents', the default, is `{ model, query, documents }`, as Cohere (v2), Jina, Voyage
   * and vLLM read it; 'texts' is `{ query, texts, truncate: true }`, as Text Embeddings Inference does. Answers are known by
   * what they hold: https://docs.cohere.com/v2/reference/rerank, https://docs.voyageai.com/reference/reranker-api,
   * https://huggingface.github.io/text-embeddings-inference/.
   */
  readonly shape?: 'documents' | 'texts' | undefined
  /**
   * What the service's scores are. 'probability', the default, is 0 to 1; an answer with another number is refused.
   * 'logit' is any number; each becomes 1 / (1 + e^-score), which keeps the order. It is never guessed from
   * the numbers of one answer: the same text would have another score in the next.
   */
  readonly scores?: 'probability' | 'logit' | undefined
  /** Most texts in one request. Default 1,000, the limit of Voyage and the advice of Cohere; 32 with 'texts'. */
  readonly batchSize?: number | undefined
  /** Further entries of each request, such as `{ truncate_prompt_tokens: -1 }` for vLLM. */
  readonly parameters?: Readonly<Record<string, Json>> | undefined
}

/** The options with their defaults, checked. */
export interface HttpRerankerSettings extends EndpointSettings {
  readonly shape: 'documents' | 'texts'
  readonly scores: 'probability' | 'logit'
  readonly batchSize: number
  readonly parameters: Readonly<Record<string, Json>>
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; a key, a header or an address is never part of the message. */
export function readRerankerOptions(given: HttpRerankerOptions): HttpRerankerSettings {
  const { baseUrl, apiKey, headers, ...options } = readOptions(owner, given, {
    baseUrl: secret(text("an http address such as 'https://api.cohere.com/v2'", undefined, isHttpAddress)),
    model: text('the name of a model', undefined, name => name !== ''),
    shape: oneOf(['documents', 'texts'], 'documents'),
    scores: oneOf(['probability', 'logit'], 'probability'),
    batchSize: optional(whole(1, 100_000)),
    parameters: parameters(),
    ...endpointTable,
  })
  const { batchSize = options.shape === 'texts' ? 32 : 1_000 } = options
  return { ...options, ...readAddress(owner, '/rerank', { baseUrl, apiKey, headers }), batchSize }
}

/** What a request holds anyway. */
const reserved = ['model', 'query', 'documents', 'texts']

function parameters(): OptionReader<Readonly<Record<string, Json>>> {
  return {
    allowed: `an object without ${reserved.join(', ')}, such as { truncate_prompt_tokens: -1 }`,
    read: value => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
      const copy = { ...value } as Record<string, Json>
      return reserved.some(name => Object.hasOwn(copy, name)) ? undefined : { value: copy }
    },
    preset: { value: {} },
  }
}
