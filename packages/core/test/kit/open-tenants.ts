import { onTestFinished } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { Memory } from '../../src/memory.ts'
import type { MemoryTenants } from '../../src/memory.ts'
import type { TenantsOptions } from '../../src/memory-tenants.ts'
import { WordEmbedder } from './word-embedder.ts'

export interface OpenedTenants {
  readonly tenants: MemoryTenants
  readonly store: MapStore
  readonly index: ExactIndex
  readonly embedder: WordEmbedder
}

/** Organizations over the reference parts, closed when the test ends. */
export async function openTenants(options: Partial<TenantsOptions> = {}): Promise<OpenedTenants> {
  const [store, embedder] = [new MapStore(), new WordEmbedder()]
  const index = new ExactIndex(embedder.dimensions)
  const tenants = await Memory.openTenants({ ...options, store, index, embedder })
  onTestFinished(() => tenants.close())
  return { tenants, store, index, embedder }
}
