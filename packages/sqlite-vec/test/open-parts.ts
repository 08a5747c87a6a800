import { join } from 'node:path'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'

/** Where the vectors are: in a file of their own, in the Store's file, or written in the Store's transactions. */
export type Mode = 'own file' | "the Store's file" | 'transactions'

/** The parts of a memory in a folder. */
export async function openParts({
  folder,
  mode,
}: {
  folder: string
  mode: Mode
}): Promise<{ store: Store; index: VectorIndex }> {
  const store = await openSqliteStore({ path: join(folder, 'memories.db') })
  const path = join(folder, mode === 'own file' ? 'vectors.db' : 'memories.db')
  const place = mode === 'transactions' ? { store } : { path }
  return { store, index: await openSqliteVecIndex({ ...place, dimensions: 64 }) }
}
