import type { FolderIndexOptions } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'

/** Opens an index whose graph answers for a hundred vectors already. */
export function openSmall(options: FolderIndexOptions): Promise<VectorIndex> {
  return openHnswIndex({ exactUpTo: 50, ...options })
}

/** The same with calls into native code that take long. */
export function openSlow(options: FolderIndexOptions): Promise<VectorIndex> {
  return openHnswIndex({ exactUpTo: 0, efSearch: 2_000, ...options })
}
