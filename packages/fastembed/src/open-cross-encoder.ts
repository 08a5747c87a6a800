import { guardReranker, opening } from '@agentmem/core/adapter'
import { readCrossEncoderOptions } from './options/cross-encoder-options.ts'
import type { CrossEncoderOptions } from './options/cross-encoder-options.ts'
import { LocalCrossEncoder } from './cross-encoder.ts'
import type { CrossEncoder } from './cross-encoder.ts'

/**
 * Opens a reranker on a cross-encoder, which reads query and text together: one that is known by name, or an ONNX model in a
 * folder. It runs in a child process. A score is the logistic function of the model's logit. The model is loaded,
 * and downloaded when it is missing, with the first text or by `warmUp()`.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option or a `modelFolder` that lacks a file. `rerank` and `warmUp` throw
 * `NOT_INSTALLED` when onnxruntime-node is missing, `UNAVAILABLE` when the model is neither here nor can be downloaded,
 * `UNSUPPORTED` when it does not give one logit a pair, `BACKEND` when it cannot be loaded or its process dies again and again.
 */
export async function openCrossEncoder(options: CrossEncoderOptions = {}): Promise<CrossEncoder> {
  return opening('openCrossEncoder', async () => {
    const reranker = new LocalCrossEncoder(await readCrossEncoderOptions(options))
    return Object.assign(guardReranker(reranker), {
      warmUp: () => reranker.warmUp(),
      stats: () => reranker.stats(),
    })
  })
}
