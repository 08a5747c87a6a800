import { keysOf } from '../contracts/record-keys.ts'
import { isCurrent } from '../contracts/record.ts'
import type { MemoryItem } from '../memory-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isVisible, toItem } from '../parts/visibility.ts'
import type { Hit } from './candidate.ts'
import type { Question } from './find-candidates.ts'

/** The memories beside each hit in its run, oldest first. */
export async function neighboursOf(
  { texts, store, now }: MemoryParts,
  { scope, mode }: Question,
  hits: readonly Hit[],
  count: number,
  signal: AbortSignal | undefined,
  sides: readonly ('before' | 'after')[] = ['before', 'after'],
): Promise<MemoryItem[][]> {
  const ids = hits.map(({ id }) => id)
  // A search by words has read the log for them already.
  const upTo = mode === 'vector' ? undefined : texts.position
  const around = await texts.neighbours(scope, ids, count, { signal, upTo })
  const lists = around.map(neighbours => sides.flatMap(side => neighbours[side]))
  const distinct = [...new Set(lists.flat())]
  const records = await store.get(keysOf(distinct, scope), { signal })
  const found = new Map(distinct.map((id, i) => [id, records[i]]))
  const time = now()
  return lists.map(list =>
    list.flatMap(id => {
      const record = found.get(id)
      return isVisible(record, scope, time) && isCurrent(record) ? [toItem(record)] : []
    }),
  )
}
