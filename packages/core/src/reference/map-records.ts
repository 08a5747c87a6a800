import { MemoryError } from '../contracts/errors.ts'
import { compareCodePoints } from '../contracts/evaluate-where.ts'
import type { MemoryRecord, StoredRecord } from '../contracts/record.ts'
import type { Patch, QueryOrder, WriteOptions } from '../contracts/store.ts'

/** Returns a copy that shares nothing with the caller's record. */
export function copyOf(record: StoredRecord): StoredRecord {
  return { ...record, metadata: structuredClone(record.metadata), vector: record.vector?.slice() ?? null }
}

export function withoutVector(stored: StoredRecord): MemoryRecord {
  const { vector: _vector, dedupeKey: _dedupeKey, reusable: _reusable, ...record } = stored
  return { ...record, metadata: structuredClone(record.metadata) }
}

export function patched(record: StoredRecord, patch: Patch, { actor }: WriteOptions): StoredRecord {
  const { key, set, vector, reusable = false, dedupeKey, updatedAt, expectVersion = record.version } = patch
  if (expectVersion !== record.version) {
    throw new MemoryError(
      'CONFLICT',
      `The memory '${key.id}' has version ${record.version}, not ${expectVersion}; read it again.`,
    )
  }
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined))
  return copyOf({
    ...record,
    ...given,
    vector: vector === undefined ? record.vector : vector,
    reusable: vector === undefined ? record.reusable : reusable,
    dedupeKey: record.dedupeKey === null ? null : (dedupeKey ?? record.dedupeKey),
    updatedAt,
    updatedBy: actor ?? record.updatedBy,
    version: record.version + 1,
  })
}

type Position = Pick<MemoryRecord, 'id' | 'place' | QueryOrder['by']>

export function comparatorOf({ by, direction }: QueryOrder): (a: Position, b: Position) => number {
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => sign * (a[by] - b[by] || a.place - b.place || compareCodePoints(a.id, b.id))
}
