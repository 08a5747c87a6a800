import type { Json } from '@agentmem/core'

/** A provider of mem0, by its name, with its settings. */
export interface ProviderConfig {
  readonly provider: string
  readonly config: ProviderSettings
}

/** What the providers that are mapped take. */
export interface ProviderSettings {
  /** The name of a model. */
  readonly model?: string | undefined
  /** Default: the environment's `OPENAI_API_KEY`, for api.openai.com alone. */
  readonly apiKey?: string | undefined
  /** The address before `/embeddings` and `/chat/completions`. Default: that of the provider. */
  readonly baseURL?: string | undefined
  /** The same. */
  readonly url?: string | undefined
  /** Numbers in a vector. Default: known for OpenAI's models, required for others. */
  readonly embeddingDims?: number | undefined
  /** Of a language model: further entries of each request. */
  readonly modelProperties?: Readonly<Record<string, Json>> | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly maxTokens?: number | undefined
  /** Of a vector store: as many as the embedder has. Default: those of the embedder. */
  readonly dimension?: number | undefined
  /** A set of memories of its own, in the same place: it becomes the organization. Default: 'default'. */
  readonly collectionName?: string | undefined
  /** Of the store 'memory': an SQLite file, or ':memory:'. Default 'agentmem.db'. */
  readonly dbPath?: string | undefined
  /** Of 'pgvector', in the place of the parts of an address. */
  readonly connectionString?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly dbname?: string | undefined
}

/** The config of mem0ai/oss, as far as its parts have parts here. */
export interface Mem0Config {
  readonly version?: string | undefined
  /** openai, ollama, lmstudio, together or fastembed. Default: none, and searches are by words. */
  readonly embedder?: ProviderConfig | undefined
  /** memory, which is an SQLite file as mem0's is, or pgvector. Default: memory. */
  readonly vectorStore?: ProviderConfig | undefined
  /** An endpoint of OpenAI's form: it makes the facts of `infer: true`. Default: messages are stored as they are. */
  readonly llm?: ProviderConfig | undefined
  /** What is to be remembered, and what not, in your words. */
  readonly customInstructions?: string | undefined
  readonly disableHistory?: false | undefined
}
