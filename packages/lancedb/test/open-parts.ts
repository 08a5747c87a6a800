import { join } from 'node:path'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import { openSqliteStore } from '@agentmem/sqlite'

/** The parts of a memory in a folder. Old versions go soon, and most searches use the index over the vectors. */
export async function openParts({
  folder,
}: {
  folder: string
}): Promise<{ store: Store; index: VectorIndex }> {
  const store = await openSqliteStore({ path: join(folder, 'memories.db') })
  const settings = { dimensions: 64, exactUpTo: 500, keepVersionsMs: 200 }
  return { store, index: await openLancedbIndex({ path: join(folder, 'vectors'), ...settings }) }
}
