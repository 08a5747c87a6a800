import { readOptions, whole } from '@agentmem/core/adapter'
import type { LanguageModel } from '@agentmem/core/adapter'
import { modelReader } from '../options/model-reader.ts'

export interface LlmRerankerOptions {
  /** Asked to grade. A small, fast one: a Memory waits for a reranker no longer than two seconds. Closing the reranker closes it. */
  readonly model: LanguageModel
  /** Texts in one call, 1 to 1,000. Default 100: a search hands over 50. */
  readonly batchSize?: number | undefined
  /** How much of a text is shown, from its beginning, in characters, 100 to 100,000. Default 2,000. */
  readonly maxTextLength?: number | undefined
}

/** The options with their defaults, checked. */
export interface RerankerSettings {
  readonly model: LanguageModel
  readonly batchSize: number
  readonly maxTextLength: number
}

const table = {
  model: modelReader,
  batchSize: whole(1, 1_000, 100),
  maxTextLength: whole(100, 100_000, 2_000),
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function readRerankerOptions(given: LlmRerankerOptions): RerankerSettings {
  return readOptions('llmReranker', given, table)
}
