/** What has to be known of a model before its first answer. */
export interface KnownModel {
  readonly dimensions: number
  /** True when the endpoint shortens the vectors on request. */
  readonly shortens: boolean
  /** How many tokens of one text the model reads. */
  readonly maxTokens: number
}

/**
 * The models of OpenAI. Dimensions: https://platform.openai.com/docs/guides/embeddings; tokens and shortening:
 * https://platform.openai.com/docs/api-reference/embeddings/create.
 */
export const knownModels: ReadonlyMap<string, KnownModel> = new Map([
  ['text-embedding-3-small', { dimensions: 1536, shortens: true, maxTokens: 8192 }],
  ['text-embedding-3-large', { dimensions: 3072, shortens: true, maxTokens: 8192 }],
  ['text-embedding-ada-002', { dimensions: 1536, shortens: false, maxTokens: 8192 }],
])
