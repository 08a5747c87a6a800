import { guardModel, guardReranker } from '@agentmem/core/adapter'
import type { Reranker } from '@agentmem/core/adapter'
import { ModelReranker } from './reranker/model-reranker.ts'
import { readRerankerOptions } from './reranker/reranker-options.ts'
import type { LlmRerankerOptions } from './reranker/reranker-options.ts'

/**
 * A Reranker on a language model: one call shows it all texts of a batch, and it grades those that have to do with the query. A
 * text that it leaves out has the score 0; the same text has one score.
 *
 * An answer that cannot be used throws `MODEL_ANSWER`, with the reason: no score is made up. In a Memory the order of the search
 * then stands, `partial` of the result says so, and `onBackgroundError` is told why.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option. Closing it closes the model.
 *
 * @example
 * const reranker = llmReranker({ model })
 */
export function llmReranker(options: LlmRerankerOptions): Reranker {
  const settings = readRerankerOptions(options)
  return guardReranker(new ModelReranker(guardModel(settings.model), settings))
}
