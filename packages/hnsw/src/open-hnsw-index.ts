import { guardIndex, opening, WorkerThread } from '@agentmem/core/adapter'
import type { VectorIndex } from '@agentmem/core/adapter'
import { Worker } from 'node:worker_threads'
import { HnswIndex } from './hnsw-index.ts'
import { readHnswOptions } from './hnsw-options.ts'
import type { HnswIndexOptions } from './hnsw-options.ts'
import type { HnswSettings, WorkerCalls } from './protocol.ts'

/**
 * Opens an index that keeps its vectors in memory, in an HNSW graph (Malkov and Yashunin, 2016,
 * https://arxiv.org/abs/1603.09320) built by hnswlib. Building and searching happen in a worker thread.
 * A snapshot that does not fit the options, or is damaged, is not used: the index is then empty, its cursor
 * is 0, and `stats().rebuiltBecause` says why.
 *
 * Throws `NOT_INSTALLED` when the addon of hnswlib-node has not been built, `INVALID_ARGUMENT` on a wrong option.
 */
export async function openHnswIndex(options: HnswIndexOptions): Promise<VectorIndex> {
  return opening('openHnswIndex', () => open(readHnswOptions(options)))
}

async function open(settings: HnswSettings): Promise<VectorIndex> {
  const file = new URL('./hnsw-worker.js', import.meta.url)
  // The worker makes short-lived objects; without a limit, its young generation grows to many times what it needs.
  const resourceLimits = { maxYoungGenerationSizeMb: 8 }
  // Flags of the process, such as --input-type or a loader, are not for this file.
  const worker = new Worker(file, { name: 'agentmem-hnsw', execArgv: [], resourceLimits })
  const thread = new WorkerThread<WorkerCalls>(worker, 'hnsw index')
  try {
    await thread.ask('open', settings)
  } catch (error) {
    await thread.terminate()
    throw error
  }
  return guardIndex(new HnswIndex(settings, thread))
}
