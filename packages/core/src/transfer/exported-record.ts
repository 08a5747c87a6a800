import { checkRecord, recordFields } from '../checks/check-record.ts'
import { checkKeys } from '../checks/check-values.ts'
import { unitVector } from '../checks/unit-vector.ts'
import { MemoryError } from '../contracts/errors.ts'
import { contentHash, factKey } from '../contracts/record-keys.ts'
import type { MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import { packVector, unpackVector } from '../vectors/vector-bytes.ts'
import { narrowScope, requireScope } from '../parts/narrow-scope.ts'

interface Model {
  readonly model: string
  readonly dimensions: number
}

/** The first line of an export. */
export interface ExportHeader extends Model {
  readonly agentmem: 'export'
  readonly version: 1
}

/** A record on a line of an export; the vector is base64 of its Float32 numbers, little-endian. */
type ExportedRecord = MemoryRecord & { readonly vector?: string }

/** What a line may be without, since earlier exports had none of it. */
const laterFields = {
  indexed: true,
  validFrom: null,
  validTo: null,
  supersededBy: null,
  origin: 'caller',
  derivation: null,
  deletedAt: null,
} as const
type LaterFields = 'place' | keyof typeof laterFields
type ReadRecord = Omit<ExportedRecord, LaterFields> & Partial<Pick<ExportedRecord, LaterFields>>

/** A record that was read back. Without an `embedding` its content must be embedded again. */
export interface ImportedRecord {
  readonly content: string
  readonly record: Omit<StoredRecord, 'vector'>
  readonly embedding: Float32Array | undefined
}

export function headerOf({ model, dimensions }: Model): ExportHeader {
  return { agentmem: 'export', version: 1, model, dimensions }
}

/** True for the first line of an export. Throws `SCHEMA` when a newer agentmem wrote it. */
export function isHeader(value: unknown): value is ExportHeader {
  if (typeof value !== 'object' || value === null || !('agentmem' in value)) return false
  if ('version' in value && value.version === 1) return true
  throw new MemoryError(
    'SCHEMA',
    'The export was written by a newer version of agentmem; update agentmem to read it.',
  )
}

export function encodeRecord(record: MemoryRecord, vector: Float32Array | undefined): ExportedRecord {
  if (!vector) return record
  return { ...record, vector: packVector(vector).toString('base64') }
}

/**
 * Reads a record back into the bound scope. Its vector is kept only if the model in use made it, and `place`, its place
 * in the file, is used only if it has none. Throws `CORRUPT` when the content does not match its hash, or when the
 * vector cannot be one of that model.
 */
export function decodeRecord(
  value: unknown,
  bound: Scope,
  header: ExportHeader,
  current: Model,
  place: number,
): ImportedRecord {
  checkKeys(value as object, [...recordFields, 'vector'], 'The record')
  const { vector, ...fields } = value as ReadRecord
  // A record says null where an option is left out.
  const { userId: user, agentId: agent, runId: run } = fields
  const scope = narrowScope(bound, {
    ...((user ?? undefined) !== undefined && { userId: user as string }),
    ...((agent ?? undefined) !== undefined && { agentId: agent as string }),
    ...((run ?? undefined) !== undefined && { runId: run as string }),
  })
  requireScope(scope, 'The record')
  const { orgId, userId = null, agentId = null, runId = null } = scope
  const record = { place, ...laterFields, ...fields, orgId, userId, agentId, runId, dedupeKey: null }
  checkRecord(record)
  if (contentHash(record.content) !== record.hash) {
    throw corrupt(`The record ${record.id} does not match its hash; it was changed or cut.`)
  }
  const usable = vector !== undefined && header.model === current.model
  // What was inferred is kept once for one content: another worker must not store it again.
  const dedupeKey = record.origin === 'model' ? factKey(scope, record.hash) : null
  return {
    content: record.content,
    record: { ...record, dedupeKey },
    embedding: usable ? decodeVector(vector, record.id, current.dimensions) : undefined,
  }
}

function decodeVector(text: unknown, id: string, dimensions: number): Float32Array {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : new Uint8Array()
  if (bytes.byteLength !== dimensions * 4) {
    throw corrupt(`The vector of ${id} has ${bytes.byteLength / 4} dimensions, not ${dimensions}.`)
  }
  try {
    return unitVector(unpackVector(bytes), dimensions, `The export of ${id}`)
  } catch (cause) {
    throw corrupt(`The vector of ${id} has no direction.`, cause)
  }
}

function corrupt(message: string, cause?: unknown): MemoryError {
  return new MemoryError('CORRUPT', message, { cause })
}
