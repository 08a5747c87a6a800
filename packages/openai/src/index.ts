export { openOpenAIEmbedder } from './open-openai-embedder.ts'
export type { OpenAIEmbedder, OpenAIEmbedderStats } from './openai-embedder.ts'
export type { OpenAIEmbedderOptions } from './openai-options.ts'
export { estimateTokens } from './estimate-tokens.ts'
