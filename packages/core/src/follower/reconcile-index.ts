import type { LogSource } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { emptyIndex } from './empty-index.ts'
import type { SplitPoint } from './split-point.ts'
import { IndexSlot } from './index-slot.ts'
import { judge, mend } from './compare-index.ts'

/** What is brought together again. */
export interface ReconciledParts {
  readonly store: LogSource
  readonly index: VectorIndex
  readonly splitPoint: SplitPoint
}

/**
 * Compares an index in full with a Store that may have gone back, and mends it; one that holds what the Store does not
 * know is emptied, to be filled again. Nothing else may write to the index meanwhile.
 */
export async function reconcileIndex({ store, index, splitPoint }: ReconciledParts): Promise<void> {
  const { doubts } = splitPoint
  const cursor = await index.cursor()
  const { position } = await store.head()
  const { ok, orphans } = await judge({ store, index }, cursor, {})
  // Who had the right to write before may have moved it meanwhile: it is compared again.
  if ((await index.cursor()) !== cursor) return
  // Past the end of the log, the index would pass over what comes there.
  if (cursor > position || orphans > 0) return splitPoint.empty(() => emptyIndex(store, index))
  if (!ok) await mend({ store, index }, {})
  await new IndexSlot(store, index).settle(cursor)
  await splitPoint.trust(cursor, doubts)
}
