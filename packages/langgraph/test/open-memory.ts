import { ExactIndex, HashEmbedder, MapStore, Memory } from '@agentmem/core'

/** A Memory of one test: in this process, with vectors of words. */
export function openMemory(dimensions = 64): Promise<Memory> {
  return Memory.open({
    store: new MapStore(),
    index: new ExactIndex({ dimensions }),
    embedder: new HashEmbedder({ dimensions }),
  })
}
