import { guardReranker, opening } from '@agentmem/core/adapter'
import { EndpointReranker } from './http-reranker.ts'
import type { HttpReranker } from './http-reranker.ts'
import { readRerankerOptions } from './reranker-options.ts'
import type { HttpRerankerOptions } from './reranker-options.ts'

/**
 * Opens a reranker on a `/rerank` endpoint: Cohere (v2), Jina, Voyage, vLLM, Text Embeddings Inference. Nothing is sent before
 * the first text. A call of more texts than `batchSize` becomes several requests, one after the other.
 *
 * The scores of these services are 0 to 1, and are given as they are. A model that gives other numbers needs
 * `scores: 'logit'`: the logistic function makes 0 to 1 of each.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option. `rerank` throws `INVALID_ARGUMENT` for texts that the service refuses;
 * `UNAVAILABLE` or `TIMEOUT` when the retries are used up; `BACKEND` for a key that is not accepted and for an answer that
 * does not fit. It gives all scores or none.
 */
export async function openHttpReranker(options: HttpRerankerOptions): Promise<HttpReranker> {
  return opening('openHttpReranker', async () => {
    const reranker = new EndpointReranker(readRerankerOptions(options))
    return Object.assign(guardReranker(reranker), { stats: () => reranker.stats() })
  })
}
