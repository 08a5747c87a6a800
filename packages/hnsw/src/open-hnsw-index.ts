import { guardIndex, opening, ThreadedIndex } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import { readHnswOptions } from './hnsw-options.ts'
import type { HnswIndexOptions } from './hnsw-options.ts'

/**
 * Opens an index that keeps its vectors in memory, in an HNSW graph (Malkov and Yashunin, 2016,
 * https://arxiv.org/abs/1603.09320) built by hnswlib. Building and searching happen in a worker thread.
 * A snapshot that does not fit the options, or is damaged, is not used: the index is then empty, its cursor
 * is 0, and `stats().rebuiltBecause` says why.
 *
 * Throws `NOT_INSTALLED` when the addon of hnswlib-node has not been built, `INVALID_ARGUMENT` on a wrong option.
 */
export async function openHnswIndex(options: HnswIndexOptions): Promise<VectorIndex> {
  return opening('openHnswIndex', async () => {
    const settings = readHnswOptions(options)
    const index = await ThreadedIndex.open({
      name: 'hnsw',
      durable: settings.path !== undefined,
      file: new URL('./hnsw-worker.js', import.meta.url),
      settings,
      // The thread makes short-lived objects; without a limit, its young generation grows to many times what it needs.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    return guardIndex(index)
  })
}
