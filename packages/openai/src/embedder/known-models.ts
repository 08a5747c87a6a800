/** Facts about a model that are needed before its first answer. */
export interface KnownModel {
  readonly dimensions: number
  /** True when the endpoint shortens the vectors on request. */
  readonly shortens: boolean
  /** Most tokens that the model reads of one text. */
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
