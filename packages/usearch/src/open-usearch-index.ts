import { guardIndex, opening, ThreadedIndex } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import { readUsearchOptions } from './usearch-options.ts'
import type { UsearchIndexOptions, UsearchSettings } from './usearch-options.ts'

/**
 * Opens an index that keeps its vectors in files, and a code of 8 bits a number in memory. A search scans the codes,
 * or asks HNSW graphs (Malkov and Yashunin, 2016, https://arxiv.org/abs/1603.09320) built by usearch, then scores what
 * it found by the vectors themselves. Native code runs in worker threads. Files that are damaged, or of other
 * dimensions, are not used: the index is then empty, its cursor is 0, and `stats().rebuiltBecause` says why.
 *
 * Throws `NOT_INSTALLED` when usearch cannot be loaded, `INVALID_ARGUMENT` on a wrong option.
 */
export function openUsearchIndex(options: UsearchIndexOptions): Promise<VectorIndex> {
  return openWithSettings(() => readUsearchOptions(options))
}

/** Opens with settings that tests make small, so that some thousand vectors take every path. */
export async function openWithSettings(read: () => UsearchSettings): Promise<VectorIndex> {
  return opening('openUsearchIndex', async () => {
    const settings = read()
    const index = await ThreadedIndex.open({
      name: 'usearch',
      durable: settings.path !== undefined,
      file: new URL('./usearch-worker.js', import.meta.url),
      settings,
      // The thread makes short-lived objects; without a limit, its young generation grows to many times what it needs.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    return guardIndex(index)
  })
}
