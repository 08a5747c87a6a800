import { MemoryError } from '../contracts/errors.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { ChangeReceipt, Patch } from '../contracts/store-writes.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { asHeld } from '../parts/plain-ids.ts'
import { isExpired, isGone, storedKeys } from '../parts/visibility.ts'
import { hiddenAlong, markedAs, toldAlone } from './made-along.ts'

/** What is hidden, or brought back. */
export interface HideJob {
  readonly scope: Scope
  readonly ids: readonly string[]
  readonly actorId: string | undefined
  /** Whether what a model made of them alone goes with them. */
  readonly cascade: boolean
  readonly signal: AbortSignal | undefined
}

/** How often it is tried where others change what goes along meanwhile. */
const mostTries = 4

/**
 * Hides memories, and what was made of them alone, in one transaction; aligned with the ids, false where there was none to be
 * seen. What a fact took the place of stays behind it, so that `restoreMemories` brings all back as it was.
 */
export async function hideMemories(parts: MemoryParts, job: HideJob): Promise<boolean[]> {
  const now = parts.now()
  const isThere = (record: MemoryRecord): boolean => !isGone(record, now)
  const { hits, written, receipt } = await patchEach(parts, job, now, isThere, toldAlone)
  if (receipt) followWrite(parts, receipt, [], written)
  return hits
}

/** Brings hidden memories back, and what was hidden along, in one transaction; aligned with the ids, false where none was hidden. */
export async function restoreMemories(parts: MemoryParts, job: HideJob): Promise<boolean[]> {
  const now = parts.now()
  const isHidden = (record: MemoryRecord): boolean => record.deletedAt !== null && !isExpired(record, now)
  const { hits, receipt } = await patchEach(parts, job, null, isHidden, hiddenAlong)
  // Their vectors are in the Store: the follower reads them in the log.
  if (receipt) parts.follower.accept({}, { upserts: [], deletes: [] })
  return hits
}

interface Patched {
  readonly hits: boolean[]
  /** The ids of all that was changed. */
  readonly written: readonly string[]
  readonly receipt: ChangeReceipt | undefined
}

async function patchEach(
  parts: MemoryParts,
  job: HideJob,
  deletedAt: number | null,
  isMeant: (record: MemoryRecord) => boolean,
  goAlong: typeof toldAlone,
): Promise<Patched> {
  const { store, follower, now } = parts
  const { scope, ids, actorId: actor, cascade, signal } = job
  for (let attempt = 1; ; attempt++) {
    const keys = await asHeld(store, storedKeys(ids, scope), { signal })
    const found = await store.get(keys, { signal })
    const meant = found.map(record => (record && isMeant(record) ? record : undefined))
    const named = new Map(meant.flatMap(record => (record ? [[record.id, record]] : [])))
    if (named.size === 0) return { hits: meant.map(() => false), written: [], receipt: undefined }
    const along = cascade ? await goAlong(parts, named, { signal }) : new Map<string, MemoryRecord>()
    // A key names the whole scope: meanwhile the id may become another user's memory.
    const patches = [...named.values(), ...along.values()].map((record): Patch => ({
      key: keyOf(record),
      set: { deletedAt, ...markedAs(record, deletedAt !== null && along.has(record.id)) },
      expectVersion: record.version,
      updatedAt: now(),
    }))
    await follower.room(signal)
    try {
      const receipt = await store.patch(patches, { actor, signal })
      const missing = new Set(receipt.missing)
      const hits = meant.map(record => record !== undefined && !missing.has(record.id))
      const written = patches.map(({ key }) => key.id).filter(id => !missing.has(id))
      return { hits, written, receipt }
    } catch (error) {
      const isLate = error instanceof MemoryError && error.code === 'CONFLICT' && along.size > 0
      if (!isLate || attempt === mostTries) throw error
    }
  }
}
