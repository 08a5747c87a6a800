import type { LeftMemory } from '@agentmem/conformance'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import type { Mode } from './open-parts.ts'

/** The parts of a memory on a server, in a schema of their own. */
export async function openServerParts(place: {
  readonly url: string
  readonly schema: string
  readonly mode: Mode
}): Promise<LeftMemory> {
  const { url, schema, mode } = place
  const store = await openPostgresStore({ url, schema })
  const where = mode === 'transactions' ? { store } : { url, schema }
  const index = await openPgvectorIndex({ ...where, dimensions: 64, exactUpTo: 200 })
  return { store, index }
}
