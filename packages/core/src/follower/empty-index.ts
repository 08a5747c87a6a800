import type { LogSource } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { IndexSlot } from './index-slot.ts'

/**
 * How long an emptied index stays empty, in milliseconds: a search of another process that has asked it must come to
 * look at its cursor, before that stands where it did.
 */
const noticeMs = 100

/** Empties an index that is about to be filled again. */
export async function emptyIndex(store: LogSource, index: VectorIndex): Promise<void> {
  await new IndexSlot(store, index).forget(() => index.clear())
  const { shared, transactional } = index.supports
  if (shared || transactional) await new Promise(resolve => setTimeout(resolve, noticeMs))
}
