import type { Embedder } from '@agentmem/core'

/** An embedding model of the AI SDK, in the version of its specification. */
export interface EmbedderModel<Version extends string> {
  readonly specificationVersion: Version
  readonly provider: string
  readonly modelId: string
  readonly maxEmbeddingsPerCall: number
  readonly supportsParallelCalls: boolean
  doEmbed(options: {
    readonly values: string[]
    readonly abortSignal?: AbortSignal | undefined
    readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  }): Promise<{ embeddings: number[][]; warnings: never[] }>
}

/**
 * An Embedder as an embedding model of the AI SDK: 'v4' (default) for ai 7, 'v3' for ai 6, 'v2' for ai 5. Texts are
 * embedded as documents, and with `providerOptions: { agentmem: { as: 'query' } }` as queries.
 *
 * @example
 * const { embeddings } = await embedMany({ model: toAiSdkEmbeddingModel(embedder), values })
 */
export function toAiSdkEmbeddingModel<Version extends 'v2' | 'v3' | 'v4' = 'v4'>(
  embedder: Embedder,
  version: Version = 'v4' as Version,
): EmbedderModel<Version> {
  return {
    specificationVersion: version,
    provider: 'agentmem',
    modelId: embedder.model,
    maxEmbeddingsPerCall: embedder.batchSize ?? Infinity,
    supportsParallelCalls: true,
    doEmbed: async ({ values, abortSignal: signal, providerOptions }) => {
      const as = (providerOptions?.['agentmem']?.['as'] ?? 'document') as 'document' | 'query'
      const vectors = await embedder.embed(values, { as, signal })
      return { embeddings: vectors.map(vector => Array.from(vector)), warnings: [] }
    },
  }
}
