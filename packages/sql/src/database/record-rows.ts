import { isCurrent, packVector, unpackVector } from '@agentmem/core/adapter'
import type { MemoryRecord, StoredRecord } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

/** The indexed part of a hash, by which reusable vectors are found; the whole hash is compared after it. */
export function reuseKey(hash: string): string {
  return hash.slice(0, 16)
}

/** The values of one row, in the order of `memoryColumns`. Written out for speed: it runs for every record. */
export function memoryValues(record: StoredRecord, seq: number): unknown[] {
  return [
    seq,
    record.id,
    record.orgId,
    record.userId,
    record.agentId,
    record.runId,
    record.content,
    record.hash,
    JSON.stringify(record.metadata),
    record.type,
    record.level,
    record.importance,
    record.accessCount,
    record.lastAccessedAt,
    record.createdAt,
    record.updatedAt,
    record.expiresAt,
    record.version,
    record.createdBy,
    record.updatedBy,
    record.actorId,
    record.role,
    record.place,
    record.indexed ? 1 : 0,
    record.validFrom,
    record.validTo,
    record.supersededBy,
    record.origin,
    record.derivation && JSON.stringify(record.derivation),
    record.deletedAt,
    heldKey(record),
    record.reusable && record.vector ? reuseKey(record.hash) : null,
    record.vector ? packVector(record.vector) : noVector,
  ]
}

/** What stands in the column `vector` where there is none. */
export const noVector: Uint8Array = Buffer.alloc(0)

/** The vector that a row holds; undefined for none. */
export function vectorOf(bytes: Uint8Array): Float32Array | undefined {
  return bytes.length === 0 ? undefined : unpackVector(bytes)
}

/**
 * What stands in the unique column `dedupe_key`. A record that is not current leaves its key to others, and keeps it there
 * with its own id behind it.
 */
function heldKey(record: StoredRecord): string | null {
  const { dedupeKey, id } = record
  return dedupeKey === null || isCurrent(record) ? dedupeKey : `${dedupeKey} ${id}`
}

/** The dedupe key of a record, whether it holds it now or not. */
export function ownKey(
  record: Pick<MemoryRecord, 'id' | 'supersededBy' | 'deletedAt'>,
  held: string | null,
): string | null {
  return held === null || isCurrent(record) ? held : held.slice(0, -record.id.length - 1)
}

/** True for rows that searches find: see `isSearched` of core. */
export const isSearched: RawBuilder<SqlBool> = sql<SqlBool>`(${sql.ref('indexed')} = 1
  and ${sql.ref('superseded_by')} is null and ${sql.ref('deleted_at')} is null)`

/** A row of `recordSelection`. */
export type RecordRow = Omit<MemoryRecord, 'metadata' | 'indexed' | 'derivation'> & {
  readonly metadata: string
  readonly derivation: string | null
  readonly indexed: number
}

/** The record of a row. Changes the row itself, and returns it. */
export function recordOf<Row extends RecordRow>(
  row: Row,
): Omit<Row, 'metadata' | 'indexed' | 'derivation'> & MemoryRecord {
  const metadata = JSON.parse(row.metadata) as MemoryRecord['metadata']
  const derivation =
    row.derivation === null ? null : (JSON.parse(row.derivation) as MemoryRecord['derivation'])
  return Object.assign(row, { metadata, derivation, indexed: row.indexed !== 0 })
}
