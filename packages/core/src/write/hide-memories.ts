import { keyOf } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { Patch } from '../contracts/store-writes.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { asHeld } from '../parts/plain-ids.ts'
import { isExpired, isGone, storedKeys } from '../parts/visibility.ts'

/** What is hidden, or brought back. */
export interface HideJob {
  readonly scope: Scope
  readonly ids: readonly string[]
  readonly actorId: string | undefined
  readonly signal: AbortSignal | undefined
}

/** Hides memories in one transaction; aligned with the ids, false where there was none to be seen. */
export async function hideMemories(parts: MemoryParts, job: HideJob): Promise<boolean[]> {
  const now = parts.now()
  const { hits, records, receipt } = await patchEach(parts, job, record => !isGone(record, now), now)
  if (receipt) followWrite(parts, receipt, [], [...records.keys()])
  return hits
}

/** Brings hidden memories back in one transaction; aligned with the ids, false where none was hidden. */
export async function restoreMemories(parts: MemoryParts, job: HideJob): Promise<boolean[]> {
  const now = parts.now()
  const isHidden = (record: MemoryRecord): boolean => record.deletedAt !== null && !isExpired(record, now)
  const { hits, receipt } = await patchEach(parts, job, isHidden, null)
  // Their vectors are in the Store: the follower reads them in the log.
  if (receipt) parts.follower.accept({}, { upserts: [], deletes: [] })
  return hits
}

async function patchEach(
  { store, follower, now }: MemoryParts,
  { scope, ids, actorId: actor, signal }: HideJob,
  isMeant: (record: MemoryRecord) => boolean,
  deletedAt: number | null,
) {
  const keys = await asHeld(store, storedKeys(ids, scope), { signal })
  const found = await store.get(keys, { signal })
  const meant = found.map(record => (record && isMeant(record) ? record : undefined))
  const records = new Map(meant.flatMap(record => (record ? [[record.id, record]] : [])))
  // A key names the whole scope: meanwhile the id may become another user's memory.
  const patches = Array.from(records.values(), (record): Patch => ({
    key: keyOf(record),
    set: { deletedAt },
    expectVersion: record.version,
    updatedAt: now(),
  }))
  if (patches.length === 0) return { hits: meant.map(() => false), records, receipt: undefined }
  await follower.room(signal)
  const receipt = await store.patch(patches, { actor, signal })
  for (const id of receipt.missing) records.delete(id)
  return { hits: meant.map(record => record !== undefined && records.has(record.id)), records, receipt }
}
