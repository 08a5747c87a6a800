export { openModelExtractor } from './open-model-extractor.ts'
export type { ExtractorPrompts, ModelExtractorOptions } from './options/extractor-options.ts'
export type { Topic } from './options/topics.ts'
export type { StandardJsonSchema, Validated } from './schema/standard-schema.ts'
