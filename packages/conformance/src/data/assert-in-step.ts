import { deepEqual, equal } from 'node:assert/strict'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { readLog } from './read-store.ts'

/** Fails unless the index, before it catches up with anything, holds what the Store's log says. */
export async function assertInStep(store: Store, index: VectorIndex): Promise<void> {
  const { upserts, cursor } = await readLog(store)
  equal(await index.cursor(), cursor)
  equal((await index.stats()).vectors, upserts.length)
  const held = await index.get(upserts.map(({ id }) => id))
  deepEqual(
    held,
    upserts.map(({ vector }) => vector),
  )
}
