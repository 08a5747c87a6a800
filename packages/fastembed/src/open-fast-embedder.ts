import { guardEmbedder, opening } from '@agentmem/core/adapter'
import { LocalEmbedder } from './fast-embedder.ts'
import type { FastEmbedder } from './fast-embedder.ts'
import { readFastOptions } from './options/fast-options.ts'
import type { FastEmbedderOptions } from './options/fast-options.ts'

/**
 * Opens an embedder on a model of the fastembed package, or on an ONNX model in a folder. The model is loaded,
 * and downloaded when it is missing, with the first text or by `warmUp()`.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option or a `modelFolder` that lacks a file. `embed` and `warmUp` throw
 * `NOT_INSTALLED` when fastembed is missing, `UNAVAILABLE` when the model is neither here nor can be
 * downloaded, `BACKEND` when it cannot be loaded or its process dies again and again; `embed` throws
 * `INVALID_ARGUMENT` for a text that is too long, with `longTexts: 'refuse'`.
 */
export async function openFastEmbedder(options: FastEmbedderOptions = {}): Promise<FastEmbedder> {
  return opening('openFastEmbedder', async () => {
    const embedder = new LocalEmbedder(await readFastOptions(options))
    return Object.assign(guardEmbedder(embedder), {
      warmUp: () => embedder.warmUp(),
      stats: () => embedder.stats(),
    })
  })
}
