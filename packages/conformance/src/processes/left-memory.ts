import { HashEmbedder, Memory } from '@agentmem/core'
import type { FollowerOptions } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core/adapter'

/**
 * The parts of a memory on disk, or the whole Memory where something else puts it together. `close` ends what lies
 * under the parts, such as a database in this process.
 */
export type LeftMemory = (
  | { readonly store: Store; readonly index: VectorIndex }
  | { readonly memory: Memory }
) & { readonly close?: () => Promise<void> }

/** Puts the parts together with a HashEmbedder. `follower` is for the parts: a whole Memory has its own. */
export async function memoryOf(left: LeftMemory, follower: FollowerOptions = {}): Promise<Memory> {
  if ('memory' in left) return left.memory
  const { store, index } = left
  const embedder = new HashEmbedder({ dimensions: index.dimensions })
  return Memory.open({ store, index, embedder, follower })
}
