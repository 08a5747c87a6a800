import { MemoryError } from '../contracts/errors.ts'
import { isCurrent } from '../contracts/record.ts'
import type { HistoryEntry, MemoryRecord, StoredRecord } from '../contracts/record.ts'
import type { Patch, WriteOptions } from '../contracts/store-writes.ts'
import { copyMetadata } from './check-values.ts'

/**
 * A record as a patch leaves it, one version on. Throws `CONFLICT` where the patch expects another version, and
 * `INVALID_ARGUMENT` where metadata becomes too large by merging.
 */
export function patchedRecord(
  record: StoredRecord,
  patch: Patch,
  { actor }: Pick<WriteOptions, 'actor'>,
): StoredRecord {
  const { key, set, vector, reusable = false, dedupeKey, updatedAt, expectVersion = record.version } = patch
  if (expectVersion !== record.version) {
    throw new MemoryError(
      'CONFLICT',
      `The memory '${key.id}' has version ${record.version}, not ${expectVersion}; read it again.`,
    )
  }
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined))
  const isMerged = patch.mergeMetadata && set.metadata !== undefined
  return {
    ...record,
    ...given,
    metadata: isMerged
      ? copyMetadata({ ...record.metadata, ...set.metadata })
      : (set.metadata ?? record.metadata),
    vector: vector === undefined ? record.vector : vector,
    reusable: vector === undefined ? record.reusable : reusable,
    dedupeKey: record.dedupeKey === null ? null : (dedupeKey ?? record.dedupeKey),
    updatedAt,
    updatedBy: actor ?? record.updatedBy,
    version: record.version + 1,
  }
}

/** A record that takes the place of another of its id: it keeps when, where and by whom that was added, and its uses. */
export function replacedRecord(
  before: Omit<StoredRecord, 'vector'>,
  record: StoredRecord,
  { actor }: Pick<WriteOptions, 'actor'>,
): StoredRecord {
  const { createdAt, createdBy, place, accessCount, lastAccessedAt } = before
  const kept = { createdAt, createdBy, place, accessCount, lastAccessedAt }
  return { ...record, ...kept, updatedBy: actor ?? record.updatedBy, version: before.version + 1 }
}

/** What the history has of a change. */
export type RecordedChange = Pick<HistoryEntry, 'event' | 'previousValue' | 'newValue' | 'successorId'>

/** What a patch, or a record in the place of another, did to a memory: hid it, superseded it, brought it back, or changed it. */
export function recordedChange(before: MemoryRecord, after: MemoryRecord): RecordedChange {
  const [previousValue, newValue] = [before.content, after.content]
  if (isCurrent(after) && !isCurrent(before))
    return { event: 'RESTORE', previousValue: null, newValue, successorId: null }
  if (after.deletedAt !== null && before.deletedAt === null)
    return { event: 'DELETE', previousValue, newValue: null, successorId: null }
  if (after.supersededBy !== null && before.supersededBy === null)
    return { event: 'SUPERSEDE', previousValue, newValue: null, successorId: after.supersededBy }
  return { event: 'UPDATE', previousValue, newValue, successorId: null }
}
