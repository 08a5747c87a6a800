import { checkHistoryEntry } from '../checks/check-history.ts'
import type { PastChange } from '../checks/check-history.ts'
import { checkRecord, recordFields } from '../checks/check-record.ts'
import { checkId, checkKeys } from '../checks/check-values.ts'
import { unitVector } from '../checks/unit-vector.ts'
import { MemoryError } from '../contracts/errors.ts'
import { contentHash } from '../contracts/record-keys.ts'
import { scopeOf } from '../contracts/record.ts'
import type { HistoryEntry, MemoryRecord, Scope, StoredRecord } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import { givenId } from '../contracts/stored-id.ts'
import { storedEntry, storedRecord } from '../parts/given-ids.ts'
import { packVector, unpackVector } from '../vectors/vector-bytes.ts'
import { ownDedupeKey, ownScope } from './own-scope.ts'

interface Model {
  readonly model: string
  readonly dimensions: number
}

/** The first line of an export. */
export interface ExportHeader extends Model {
  readonly agentmem: 'export'
  /** 2 where lines of history stand between the records, which releases before it do not know. */
  readonly version: 1 | 2
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

/** A line of history: what happened to the memory of the record before it, oldest first. */
interface ExportedHistory {
  readonly history: PastChange & { readonly memoryId: string }
}

/** A record that was read back. Without an `embedding` its content must be embedded again. */
export interface ImportedRecord {
  readonly content: string
  readonly record: Omit<StoredRecord, 'vector'>
  readonly embedding: Float32Array | undefined
  /** What happened to it before, oldest first; undefined where that was not exported. */
  readonly history: HistoryEntry[] | undefined
}

export function headerOf({ model, dimensions }: Model, withHistory: boolean): ExportHeader {
  return { agentmem: 'export', version: withHistory ? 2 : 1, model, dimensions }
}

/** True for the first line of an export. Throws `SCHEMA` when a newer agentmem wrote it. */
export function isHeader(value: unknown): value is ExportHeader {
  if (typeof value !== 'object' || value === null || !('agentmem' in value)) return false
  if ('version' in value && (value.version === 1 || value.version === 2)) return true
  throw new MemoryError(
    'SCHEMA',
    'The export was written by a newer version of agentmem; update agentmem to read it.',
  )
}

export function encodeHistory({ id: _id, scope: _scope, ...change }: HistoryEntry): ExportedHistory {
  return { history: change }
}

/** Whether a line is one of history. */
export function isHistory(value: unknown): value is ExportedHistory {
  return typeof value === 'object' && value !== null && 'history' in value
}

/** Adds a line of history to the record that it is of. Throws `CORRUPT` when that is not the one before it. */
export function addHistory({ record, history }: ImportedRecord, value: ExportedHistory): void {
  checkKeys(value, ['history'], 'The line')
  checkHistoryEntry(value.history)
  checkKeys(value.history, historyFields, 'The history')
  const { memoryId } = value.history
  if (!history || givenId(record.id) !== memoryId) {
    throw corrupt(`The history of ${show(memoryId)} does not stand behind its memory; lines are missing.`)
  }
  if (value.history.successorId !== null) checkId(value.history.successorId, 'successorId')
  history.push(storedEntry({ ...value.history, id: '', scope: scopeOf(record) }, record.orgId))
}

const historyFields = [
  'memoryId',
  'event',
  'previousValue',
  'newValue',
  'actorId',
  'role',
  'createdAt',
  'successorId',
]

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
  const { userId, agentId, runId } = fields
  const owner = ownScope(bound, { userId, agentId, runId })
  const record = { place, ...laterFields, ...fields, ...owner, dedupeKey: null }
  checkRecord(record)
  checkGivenIds(record)
  if (contentHash(record.content) !== record.hash) {
    throw corrupt(`The record ${record.id} does not match its hash; it was changed or cut.`)
  }
  const usable = vector !== undefined && header.model === current.model
  return {
    content: record.content,
    record: { ...storedRecord(record), dedupeKey: ownDedupeKey(record) },
    embedding: usable ? decodeVector(vector, record.id, current.dimensions) : undefined,
    history: header.version === 2 ? [] : undefined,
  }
}

/** A file has the ids that callers use. */
function checkGivenIds({ id, supersededBy, derivation }: Omit<StoredRecord, 'vector'>): void {
  checkId(id)
  if (supersededBy !== null) checkId(supersededBy, 'supersededBy')
  for (const source of derivation?.sources ?? []) checkId(source, 'derivation.sources')
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
