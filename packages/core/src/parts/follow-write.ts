import { indexChangesOf, textEntryOf } from '../contracts/log-entries.ts'
import type { StoredRecord } from '../contracts/record.ts'
import type { WriteReceipt } from '../contracts/store-writes.ts'
import type { TextEntry } from '../contracts/text-index.ts'
import type { MemoryParts } from './memory-parts.ts'

/** What the followers take over of a record. */
export type FollowedRecord = Pick<
  StoredRecord,
  | 'id'
  | 'orgId'
  | 'userId'
  | 'agentId'
  | 'runId'
  | 'content'
  | 'createdAt'
  | 'place'
  | 'actorId'
  | 'origin'
  | 'indexed'
  | 'supersededBy'
  | 'deletedAt'
  | 'vector'
>

/**
 * Lets vectors and texts follow a write of this process: `written`, the records whose content is new, and `deletes`, the
 * ids of those that are gone.
 */
export function followWrite(
  { follower, texts }: Pick<MemoryParts, 'follower' | 'texts'>,
  receipt: WriteReceipt,
  written: readonly FollowedRecord[],
  deletes: readonly string[] = [],
): void {
  const vectors = indexChangesOf(written)
  follower.accept(receipt, { upserts: vectors.upserts, deletes: [...vectors.deletes, ...deletes] })
  texts.accept(receipt, () => {
    const upserts: TextEntry[] = []
    const gone = [...deletes]
    for (const record of written) {
      const entry = textEntryOf(record)
      if (entry) upserts.push(entry)
      else gone.push(record.id)
    }
    return { upserts, deletes: gone }
  })
}
