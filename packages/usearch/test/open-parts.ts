import { join } from 'node:path'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSmall } from './open-small.ts'

/** The parts of a memory in a folder. Segments are soon full, and most searches ask graphs. */
export async function openParts({
  folder,
}: {
  folder: string
}): Promise<{ store: Store; index: VectorIndex }> {
  const store = await openSqliteStore({ path: join(folder, 'memories.db') })
  return { store, index: await openSmall({ path: join(folder, 'vectors'), dimensions: 64 }) }
}
