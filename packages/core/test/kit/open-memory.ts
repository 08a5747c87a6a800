import { onTestFinished } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import type { MemoryOptions } from '../../src/memory-api.ts'
import { Memory } from '../../src/memory.ts'
import type { Store } from '../../src/contracts/store.ts'
import { ControlledIndex } from './controlled-index.ts'
import { WordEmbedder } from './word-embedder.ts'

export interface OpenedMemory<S extends Store> {
  readonly memory: Memory
  readonly store: S
  readonly index: ControlledIndex
  readonly embedder: WordEmbedder
}

/** A Memory over the reference parts, closed when the test ends. */
export async function openMemory<S extends Store = MapStore>({
  store = new MapStore() as Store as S,
  embedder = new WordEmbedder(),
  index = new ControlledIndex(embedder.dimensions),
  ...options
}: Partial<OpenedMemory<S>> & Omit<Partial<MemoryOptions>, keyof OpenedMemory<S>> = {}): Promise<
  OpenedMemory<S>
> {
  const memory = await Memory.open({ ...options, store, index, embedder })
  onTestFinished(async () => {
    index.release()
    index.failWith(undefined)
    await memory.close()
  })
  return { memory, store, index, embedder }
}
