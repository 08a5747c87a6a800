import { compareCodePoints } from '../contracts/evaluate-where.ts'
import type { MemoryRecord, StoredRecord } from '../contracts/record.ts'
import type { QueryOrder } from '../contracts/store.ts'

/** Returns a copy that shares nothing with the caller's record. */
export function copyOf(record: StoredRecord): StoredRecord {
  return { ...record, ...jsonOf(record), vector: record.vector?.slice() ?? null }
}

export function withoutVector(stored: StoredRecord): MemoryRecord {
  const { vector: _vector, dedupeKey: _dedupeKey, reusable: _reusable, ...record } = stored
  return { ...record, ...jsonOf(record) }
}

function jsonOf({ metadata, derivation }: MemoryRecord): Pick<MemoryRecord, 'metadata' | 'derivation'> {
  return { metadata: structuredClone(metadata), derivation: structuredClone(derivation) }
}

type Position = Pick<MemoryRecord, 'id' | 'place' | QueryOrder['by']>

export function comparatorOf({ by, direction }: QueryOrder): (a: Position, b: Position) => number {
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => sign * (a[by] - b[by] || a.place - b.place || compareCodePoints(a.id, b.id))
}
