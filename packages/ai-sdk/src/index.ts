export { openAiSdkEmbedder } from './ai-sdk-embedder.ts'
export type { AiSdkEmbedderOptions, AiSdkEmbeddingModel, ProviderOptions } from './ai-sdk-embedder.ts'
export { fromAiSdk } from './from-ai-sdk.ts'
export type { FromAiSdkOptions } from './from-ai-sdk.ts'
export { toAiSdkEmbeddingModel } from './to-ai-sdk-embedding-model.ts'
export type { EmbedderModel } from './to-ai-sdk-embedding-model.ts'
export type {
  AiSdkLanguageModel,
  CallParams,
  GenerateResult,
  PromptMessage,
  StreamResult,
} from './language-model.ts'
export { memoryMiddleware } from './memory-middleware.ts'
export type { MemoryMiddleware, MemoryMiddlewareOptions, ScopeOfCall } from './memory-middleware.ts'
export { memoryTools } from './memory-tools.ts'
export type {
  MemoryTool,
  MemoryTools,
  MemoryToolsOptions,
  RecallTool,
  RecalledMemories,
} from './memory-tools.ts'
export type { ToolSchema } from './tool-schema.ts'
export { withMemory } from './with-memory.ts'
export type { LanguageModelOf } from './with-memory.ts'
