import type { LogSource } from '../contracts/store.ts'
import type { VectorIndex } from '../contracts/vector-index.ts'
import { IndexSlot } from './index-slot.ts'
import { innerProduct } from '../vectors/inner-product.ts'

/** Entries of the log that are compared at either end of what the index holds. */
const sampleSize = 16

/**
 * True when the index can be a projection of this Store: it has not come further than the log, nor than the Store
 * knows, and holds what a sample of the log says. That tells a Store that was replaced, or set back to a backup, beside
 * an index that was not.
 */
export async function isProjection(store: LogSource, index: VectorIndex, cursor: number): Promise<boolean> {
  if (cursor === 0) return (await index.stats()).vectors === 0
  if (cursor > (await store.head()).position) return false
  if (!(await new IndexSlot(store, index).read()).covers(cursor)) return false
  const [first, last, later] = await Promise.all(
    [0, Math.max(0, cursor - sampleSize), cursor].map(after => store.changes({ after, limit: sampleSize })),
  )
  // Pages may reach past the cursor; of what follows it, the index knows nothing yet.
  const unknown = new Set([...(later?.upserts ?? []).map(({ id }) => id), ...(later?.deletes ?? [])])
  const entries = [first, last].flatMap(page => page?.upserts ?? []).filter(({ id }) => !unknown.has(id))
  const held = await index.get(entries.map(({ id }) => id))
  return entries.every(({ vector }, i) => {
    const other = held[i]
    return other !== undefined && innerProduct(vector, other, 0) > 0.99
  })
}
