import { createHash } from 'node:crypto'
import type { Embedder, Json } from '@agentmem/core'
import {
  callback,
  guardEmbedder,
  importLibrary,
  opening,
  optional,
  readOptions,
  whole,
} from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import { providerError } from './provider-error.ts'

/** An embedding model of the AI SDK: an object of a provider, such as `openai.embeddingModel('text-embedding-3-small')`. */
export interface AiSdkEmbeddingModel {
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
  readonly maxEmbeddingsPerCall: PromiseLike<number | undefined> | number | undefined
  doEmbed(options: {
    readonly values: string[]
    readonly abortSignal?: AbortSignal
    readonly providerOptions?: ProviderOptions
  }): PromiseLike<{
    readonly embeddings: readonly (readonly number[])[]
    readonly usage?: { readonly tokens: number } | undefined
  }>
}

/** Options of a provider under its name, such as `{ openai: { dimensions: 256 } }`. */
export type ProviderOptions = Readonly<Record<string, Readonly<Record<string, Json | undefined>>>>

export interface AiSdkEmbedderOptions {
  /** A model, or the id of one that `ai` knows, such as 'openai/text-embedding-3-small'. */
  readonly model: AiSdkEmbeddingModel | string
  /** Numbers in a vector. Default: those of one text, which is embedded on opening. */
  readonly dimensions?: number | undefined
  /** How many tokens of a text the model reads. Default: not known. */
  readonly maxTokens?: number | undefined
  /** Texts in one request. Default: what the model says. */
  readonly batchSize?: number | undefined
  /** Sent with texts to store; a part of the model's identity. */
  readonly documentOptions?: ProviderOptions | undefined
  /** Sent with queries. What sets the dimensions belongs into both. */
  readonly queryOptions?: ProviderOptions | undefined
  /** Told the tokens of each request, where the provider counts them. */
  readonly onUsage?: ((usage: { readonly tokens: number }) => unknown) | undefined
}

const models: OptionReader<AiSdkEmbeddingModel | string> = {
  allowed: "an embedding model, such as openai.embeddingModel('text-embedding-3-small'), or its id",
  read: value => {
    const known = typeof value === 'string' ? value !== '' : typeof Object(value).doEmbed === 'function'
    return known ? { value: value as AiSdkEmbeddingModel | string } : undefined
  },
}
const providerOptions: OptionReader<ProviderOptions> = {
  allowed: "options under the name of a provider, such as { google: { taskType: 'RETRIEVAL_DOCUMENT' } }",
  read: value =>
    typeof value === 'object' && value !== null ? { value: value as ProviderOptions } : undefined,
}
const optionTable = {
  model: models,
  dimensions: optional(whole(1, 65_536)),
  maxTokens: optional(whole(1, 1e9)),
  batchSize: optional(whole(1, 100_000)),
  documentOptions: optional(providerOptions),
  queryOptions: optional(providerOptions),
  onUsage: optional(callback<(usage: { readonly tokens: number }) => unknown>()),
}

/**
 * Any embedding model of the AI SDK as an Embedder. Its identity is provider, model and the `documentOptions`. Nothing is
 * tried again here: an error that may pass is `UNAVAILABLE`.
 *
 * @example
 * const embedder = await openAiSdkEmbedder({ model: openai.embeddingModel('text-embedding-3-small') })
 */
export function openAiSdkEmbedder(options: AiSdkEmbedderOptions): Promise<Embedder> {
  return opening('openAiSdkEmbedder', async () => {
    const read = readOptions('openAiSdkEmbedder', options, optionTable)
    const model = typeof read.model === 'string' ? await modelOf(read.model) : read.model
    const { documentOptions, queryOptions, maxTokens, onUsage } = read
    const most = Math.min(read.batchSize ?? Infinity, (await model.maxEmbeddingsPerCall) ?? Infinity)

    const embed: Embedder['embed'] = async (texts, { as, signal } = {}) => {
      const chosen = as === 'query' ? queryOptions : documentOptions
      const call = {
        values: [...texts],
        ...(signal && { abortSignal: signal }),
        ...(chosen && { providerOptions: chosen }),
      }
      try {
        const { embeddings, usage } = await model.doEmbed(call)
        if (usage) onUsage?.(usage)
        return embeddings.map(vector => Float32Array.from(vector))
      } catch (error) {
        throw providerError(error, model)
      }
    }
    const hash = documentOptions && createHash('sha256').update(JSON.stringify(documentOptions)).digest('hex')
    const close = async (): Promise<void> => undefined
    return guardEmbedder({
      model: `${model.provider}/${model.modelId}${hash === undefined ? '' : `#${hash.slice(0, 16)}`}`,
      dimensions: read.dimensions ?? (await embed(['dimensions']))[0]?.length ?? 0,
      maxTokens,
      batchSize: most === Infinity ? undefined : most,
      embed,
      close,
      [Symbol.asyncDispose]: close,
    })
  })
}

/** The model that `ai` itself would take for an id. */
async function modelOf(id: string): Promise<AiSdkEmbeddingModel> {
  const { gateway } = await importLibrary(() => import('ai'), { name: 'ai' })
  const { AI_SDK_DEFAULT_PROVIDER: provider = gateway } = globalThis as {
    AI_SDK_DEFAULT_PROVIDER?: typeof gateway
  }
  return provider.embeddingModel(id)
}
