import { contentHash, dedupeKey, scopeOf } from '@agentmem/core/adapter'
import type { Key, MemoryRecord, StoredRecord } from '@agentmem/core/adapter'
import { Random } from './random.ts'
import { storeDimensions, unitVector } from './vectors.ts'

/** The organization of records that name none. */
export const orgId = 'acme'
/** When record 0 was created: 2025-01-01 in UTC milliseconds. */
export const startTime: number = Date.UTC(2025, 0, 1)

/** A record that has a vector. */
export type SampleRecord = StoredRecord & { readonly vector: Float32Array }

/** The n-th record: always the same for the same n, except for the given fields. */
export function storedRecord(n: number, fields: Partial<SampleRecord> = {}): SampleRecord {
  const content = fields.content ?? `The content of memory ${n}.`
  return {
    id: `memory-${String(n).padStart(6, '0')}`,
    orgId,
    userId: 'alice',
    agentId: null,
    runId: null,
    content,
    hash: contentHash(content),
    metadata: { n },
    type: 'episodic',
    level: 'normal',
    importance: 0.5,
    accessCount: 0,
    lastAccessedAt: null,
    createdAt: startTime + n * 1000,
    updatedAt: startTime + n * 1000,
    place: 0,
    indexed: true,
    expiresAt: null,
    version: 1,
    createdBy: null,
    updatedBy: null,
    actorId: null,
    role: null,
    validFrom: null,
    validTo: null,
    supersededBy: null,
    origin: 'caller',
    derivation: null,
    deletedAt: null,
    vector: unitVector(new Random(n + 1), storeDimensions),
    dedupeKey: null,
    ...fields,
  }
}

/** Records 0 to count - 1. */
export function storedRecords(
  count: number,
  fields: (n: number) => Partial<SampleRecord> = () => ({}),
): SampleRecord[] {
  return Array.from({ length: count }, (_, n) => storedRecord(n, fields(n)))
}

/** The n-th record with a dedupe key made of its scope and content. */
export function uniqueRecord(n: number, fields: Partial<SampleRecord> = {}): SampleRecord {
  const record = storedRecord(n, fields)
  return { ...record, dedupeKey: dedupeKey(scopeOf(record), record.hash) }
}

/** The key that names a record by its organization alone. */
export function keyOf(record: Pick<StoredRecord, 'orgId' | 'id'>): Key {
  return { orgId: record.orgId, id: record.id }
}

/** The record as `Store.get` returns it: without the fields that only a Store uses. */
export function withoutVector(stored: StoredRecord): MemoryRecord {
  const { vector: _vector, dedupeKey: _dedupeKey, ...record } = stored
  return record
}
