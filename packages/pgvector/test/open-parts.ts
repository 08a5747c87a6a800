import type { LeftMemory } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'

/** How the index learns of changes: from the Store's log, or in the Store's transactions. */
export type Mode = 'log' | 'transactions'

/** The parts of a memory in a PGlite on disk. `close` ends the PGlite. */
export async function openParts({ dataDir, mode }: { dataDir: string; mode: Mode }): Promise<LeftMemory> {
  const pglite = await PGlite.create({ dataDir, extensions: { vector } })
  const store = await openPgliteStore({ db: pglite })
  const place = mode === 'transactions' ? { store } : { pglite }
  const index = await openPgvectorIndex({ ...place, dimensions: 64, exactUpTo: 200 })
  return { store, index, close: () => pglite.close() }
}
